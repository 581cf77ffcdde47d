import Transformer

/// The input of a circuit-discovery method: a transformer, inputs, and the kind of ablation.
package struct DiscoveryTask: Sendable {
  package var parameters: Parameters
  package var pairs: InputPairs
  package var ablation: Ablation
  package var seed: UInt64

  package init(parameters: Parameters, pairs: InputPairs, ablation: Ablation = .resample, seed: UInt64 = 0) {
    self.parameters = parameters
    self.pairs = pairs
    self.ablation = ablation
    self.seed = seed
  }

  package var graph: EdgeGraph { EdgeGraph(parameters.config) }

  func prepare() -> PreparedInputs {
    PreparedInputs(pairs, model: EdgeModel(parameters), ablation: ablation)
  }
}
