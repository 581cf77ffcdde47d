import Transformer

/// Two inputs, without BOS, and which position of the source each position of the base takes its value from
/// in a swap.
package struct SwapPair: Codable, Hashable, Sendable {
  package var base: [Int32]
  package var source: [Int32]
  package var map: PositionMap

  package init(base: [Int32], source: [Int32], map: PositionMap) {
    precondition(map.baseLength == base.count && map.sourceLength == source.count)
    self.base = base
    self.source = source
    self.map = map
  }

  var lengths: SwapLengths { SwapLengths(base: base.count, source: source.count) }
}

/// The numbers of tokens of the two inputs of a swap.
struct SwapLengths: Codable, Hashable, Sendable, Comparable {
  var base: Int
  var source: Int

  /// The same with base and source exchanged.
  var reversed: SwapLengths { SwapLengths(base: source, source: base) }

  static func < (a: SwapLengths, b: SwapLengths) -> Bool { (a.base, a.source) < (b.base, b.source) }
}
