import Compiler
import Transformer

/// Inputs for measuring a trained transformer: drawn as the trainer draws them, and held out from it where the
/// circuit has inputs to spare.
public enum HeldOutInputs {
  /// So many inputs' ids, BOS included.
  ///
  /// - Parameter trainingSeed: the seed that training was given, which decides what was held out
  public static func draw(
    _ compiled: CompiledCircuit, count: Int, settings: SIITSettings = SIITSettings(), trainingSeed: UInt64,
    seed: UInt64
  ) -> [[Int32]] {
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    var generator = SeededGenerator(seed: seed, stream: "held-out inputs")
    return (0..<count).map { _ in
      var tokens = [Int32](repeating: 0, count: sampler.drawLength(using: &generator))
      sampler.draw(.heldOut, into: &tokens, using: &generator)
      return [compiled.tokenizer.bos] + tokens
    }
  }
}
