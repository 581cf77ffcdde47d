import Compiler
import Transformer

/// Draws pairs of inputs on which to measure a trained transformer: drawn like the trainer's, and held out
/// from training if the circuit has enough inputs.
package struct HeldOutInputs: Sendable {
  private let draw: SwapDraw

  /// - Parameter trainingSeed: the seed of the training run, which determines what was held out
  package init(
    _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(), trainingSeed: UInt64
  ) {
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    draw = SwapDraw(sampler: sampler, part: .heldOut)
  }

  /// Any pair; half of them are plain.
  package func pair(using generator: inout SeededGenerator) -> SwapPair { draw.pair(using: &generator) }

  /// Two inputs of one length, position by position.
  package func plainPair(using generator: inout SeededGenerator) -> SwapPair {
    draw.plainPair(using: &generator)
  }

  /// A pair whose inputs differ in a token or two, if the circuit takes all inputs.
  package func nearPair(using generator: inout SeededGenerator) -> SwapPair {
    draw.nearPair(using: &generator)
  }
}
