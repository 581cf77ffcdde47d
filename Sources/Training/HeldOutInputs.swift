import Compiler
import Transformer

/// Draws inputs for measuring a trained transformer: as the trainer draws them, and held out from it where the
/// circuit has inputs to spare.
public struct HeldOutInputs: Sendable {
  private let sampler: InputSampler
  private let bos: Int32

  /// - Parameter trainingSeed: the seed that training was given, which decides what was held out
  public init(
    _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(), trainingSeed: UInt64
  ) {
    sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    bos = compiled.tokenizer.bos
  }

  /// An input of a base and one of a source, ids with BOS, and where the base's positions take from.
  public struct Swap: Sendable {
    public let base: [Int32]
    public let source: [Int32]
    public let map: PositionMap
  }

  /// A swap: half are plain; sources of the others have a length of their own.
  public func swap(using generator: inout SeededGenerator) -> Swap {
    let base = input(length: sampler.drawLength(using: &generator), using: &generator)
    let kind = PositionMap.Kind.drawn(using: &generator)
    let length = kind == .plain ? base.count : sampler.drawLength(using: &generator)
    var source = input(length: length, using: &generator)
    // A plain swap of an input with itself says nothing.
    for _ in 0..<8 where kind == .plain && source == base {
      source = input(length: length, using: &generator)
    }
    return swap(base, source, kind, using: &generator)
  }

  /// A swap with a source that differs from its base in a token or two, if the circuit takes all inputs: where
  /// an output hangs on several things at once, it may differ by one alone.
  public func nearSwap(using generator: inout SeededGenerator) -> Swap {
    guard sampler.members == nil else { return swap(using: &generator) }
    let base = input(length: sampler.drawLength(using: &generator), using: &generator)
    var source = base
    for _ in 0..<20 {
      source = base
      for _ in 0...generator.index(below: 2) {
        source[generator.index(below: source.count)] = Int32(generator.index(below: sampler.vocabulary))
      }
      if source != base, sampler.isShared(source) || sampler.isHeldOut(source) { break }
    }
    return swap(base, source, .drawn(using: &generator), using: &generator)
  }

  private func swap(
    _ base: [Int32], _ source: [Int32], _ kind: PositionMap.Kind, using generator: inout SeededGenerator
  ) -> Swap {
    Swap(
      base: [bos] + base, source: [bos] + source,
      map: .drawn(kind, baseLength: base.count, sourceLength: source.count, using: &generator))
  }

  private func input(length: Int, using generator: inout SeededGenerator) -> [Int32] {
    var tokens = [Int32](repeating: 0, count: length)
    sampler.draw(.heldOut, into: &tokens, using: &generator)
    return tokens
  }
}
