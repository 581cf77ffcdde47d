import Compiler
import Transformer

extension SIITReport {
  /// Measures a trained or compiled transformer that has the circuit's components at the same places as the
  /// compiled one.
  ///
  /// - Parameter trainingSeed: the seed of the training run, which determines what was held out
  package init(
    measuring parameters: Parameters, _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64, seed: UInt64
  ) {
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    self.init(
      measuring: parameters, compiled, StrictEdges(compiled, config: parameters.config, sampler),
      settings: settings, sampler: sampler, seed: seed, stream: "measure")
  }

  /// The same, with what a trainer already has.
  ///
  /// - Parameter stream: names the pairs of `seed` on which to measure
  init(
    measuring parameters: Parameters, _ compiled: CompiledCircuit, _ strictEdges: StrictEdges,
    settings: SIITSettings, sampler: InputSampler, seed: UInt64, stream: String
  ) {
    let measure = SIITMeasure(parameters.config, compiled, strictEdges, settings)
    var generator = SeededGenerator(seed: seed, stream: stream)
    self = measure.measure(
      WeightBuffer(parameters), sampler, pairs: settings.finalPairs, needed: settings.neededPositions,
      using: &generator)
  }

  /// The accuracy of a transformer's outputs alone, on held-out inputs.
  package static func accuracy(
    of parameters: Parameters, _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64, seed: UInt64
  ) -> Double {
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    let measure = SIITMeasure(parameters.config, compiled, .none, settings)
    var generator = SeededGenerator(seed: seed, stream: "measure")
    return measure.accuracy(
      WeightBuffer(parameters), sampler, pairs: settings.finalPairs, using: &generator)
  }
}

extension SIITMeasure {
  fileprivate convenience init(
    _ config: TransformerConfig, _ compiled: CompiledCircuit, _ strictEdges: StrictEdges,
    _ settings: SIITSettings
  ) {
    self.init(
      compiled, config: config, nodes: SIITNodes(compiled, config: config), strictEdges,
      tolerance: settings.tolerance)
  }
}
