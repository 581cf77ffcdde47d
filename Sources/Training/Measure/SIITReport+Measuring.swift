import Compiler
import Transformer

extension SIITReport {
  /// Measures a transformer with the circuit's components in the places of the compiled one's, be it trained or
  /// compiled.
  ///
  /// - Parameters:
  ///   - trainingSeed: the seed that training was given, which decides what was held out
  ///   - stream: names the pairs of `seed` to measure on
  public init(
    measuring parameters: Parameters, _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64, seed: UInt64, stream: String = "measure"
  ) {
    let config = parameters.config
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    let measure = SIITMeasure(
      compiled, config: config, nodes: SIITNodes(compiled, config: config),
      StrictEdges(compiled, config: config, sampler), tolerance: settings.tolerance)
    var generator = SeededGenerator(seed: seed, stream: stream)
    self = measure.measure(
      WeightBuffer(parameters), sampler, pairs: settings.finalPairs, needed: settings.neededPositions,
      using: &generator)
  }

  /// The accuracy of a transformer's outputs alone, on held-out inputs.
  public static func accuracy(
    of parameters: Parameters, _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64, seed: UInt64
  ) -> Double {
    let config = parameters.config
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    let measure = SIITMeasure(
      compiled, config: config, nodes: SIITNodes(compiled, config: config),
      StrictEdges(compiled, config: config, sampler), tolerance: settings.tolerance)
    var generator = SeededGenerator(seed: seed, stream: "measure")
    return measure.accuracy(
      WeightBuffer(parameters), sampler, pairs: settings.finalPairs, using: &generator)
  }
}
