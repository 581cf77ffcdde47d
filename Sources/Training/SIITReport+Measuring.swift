import Compiler
import Transformer

extension SIITReport {
  /// Measures a transformer with the circuit's components in the places of the compiled one's, be it trained or
  /// compiled.
  ///
  /// - Parameter trainingSeed: the seed that training was given, which decides what was held out
  public init(
    measuring parameters: Parameters, _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64, seed: UInt64
  ) {
    let config = parameters.config
    let measure = SIITMeasure(
      compiled, config: config, nodes: SIITNodes(compiled, config: config), tolerance: settings.tolerance)
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    var generator = SeededGenerator(seed: seed, stream: "measure")
    self = measure.measure(
      WeightBuffer(parameters), sampler, pairs: settings.finalPairs, using: &generator)
  }
}
