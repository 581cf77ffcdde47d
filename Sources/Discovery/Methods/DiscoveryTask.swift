import Transformer

/// The input of a circuit-discovery method: a transformer, inputs, and the kind of ablation.
public struct DiscoveryTask: Sendable {
  public var parameters: Parameters
  public var pairs: InputPairs
  public var ablation: Ablation
  public var seed: UInt64

  public init(parameters: Parameters, pairs: InputPairs, ablation: Ablation = .resample, seed: UInt64 = 0) {
    self.parameters = parameters
    self.pairs = pairs
    self.ablation = ablation
    self.seed = seed
  }

  public var graph: EdgeGraph { EdgeGraph(parameters.config) }

  func prepare() -> PreparedInputs {
    PreparedInputs(pairs, model: EdgeModel(parameters), ablation: ablation)
  }
}
