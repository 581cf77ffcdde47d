/// Which position of a source input each position of a base input takes its value from in a swap. BOS always
/// takes its value from BOS and is not counted.
///
/// The published swap is the plain one: two inputs of the same length, position by position (arXiv
/// 2407.14494). It cannot test a variable that depends only on the length or the position, which is the same
/// on both sides; a map between other lengths and positions can.
package struct PositionMap: Codable, Hashable, Sendable {
  /// The number of tokens of the source input.
  package let sourceLength: Int
  /// For each token of the base input, the index of a token of the source input.
  package let places: [Int32]

  /// - Parameter places: each at least 0 and less than `sourceLength`
  package init(_ places: [Int32], sourceLength: Int) {
    precondition(places.allSatisfy { 0 <= $0 && $0 < sourceLength })
    self.places = places
    self.sourceLength = sourceLength
  }

  /// Maps every position to itself, between inputs of the same length.
  package static func plain(length: Int) -> PositionMap {
    PositionMap(Array(0..<Int32(length)), sourceLength: length)
  }

  /// The number of tokens of the base input.
  package var baseLength: Int { places.count }

  /// Whether the inputs have the same length and every position maps to itself.
  package var isPlain: Bool {
    places.count == sourceLength && places.indices.allSatisfy { places[$0] == Int32($0) }
  }
}

extension PositionMap {
  /// The kinds of maps from one input to another.
  package enum Kind: String, Codable, Sendable, CaseIterable {
    /// Inputs of the same length, position by position.
    case plain
    /// A position keeps its index, counted from the start, if the source has that position; the others are
    /// random.
    case fromStart = "start"
    /// The same, counted from the end.
    case fromEnd = "end"
    /// Every position is random.
    case anywhere

    /// Draws a kind: half of the maps are plain; of the rest, half keep positions, counted from the start or
    /// from the end.
    package static func drawn(using generator: inout SeededGenerator) -> Kind {
      switch generator.index(below: 8) {
      case 0..<4: .plain
      case 4: .fromStart
      case 5: .fromEnd
      default: .anywhere
      }
    }
  }

  /// Draws a map of a kind between inputs of two lengths, which must be equal for a plain map.
  package static func drawn(
    _ kind: Kind, baseLength: Int, sourceLength: Int, using generator: inout SeededGenerator
  ) -> PositionMap {
    let shift: Int?
    switch kind {
    case .plain:
      precondition(baseLength == sourceLength)
      return .plain(length: baseLength)
    case .fromStart: shift = 0
    case .fromEnd: shift = sourceLength - baseLength
    case .anywhere: shift = nil
    }
    let places = (0..<baseLength).map { position -> Int32 in
      if let shift, (0..<sourceLength).contains(position + shift) { return Int32(position + shift) }
      return Int32(generator.index(below: sourceLength))
    }
    return PositionMap(places, sourceLength: sourceLength)
  }
}
