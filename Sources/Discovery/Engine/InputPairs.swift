import Transformer

/// Inputs for interventions, each with a corrupted counterpart of any length and the positions from which
/// ablated edges take their values.
package struct InputPairs: Sendable {
  /// The kind of outputs, and so how the distance between two of them is measured: KL divergence for
  /// categorical outputs, the squared error for numerical ones.
  package enum OutputKind: String, Sendable {
    case categorical
    case numerical
  }

  /// Ids, BOS included.
  package private(set) var clean: [[Int32]]
  package private(set) var corrupted: [[Int32]]
  /// For each position of the clean input, the position of the corrupted one that it takes its value from,
  /// without BOS.
  package private(set) var maps: [PositionMap]
  /// Which positions count: all but BOS and those where the program has no value.
  package private(set) var counted: [[Bool]]
  package let outputKind: OutputKind

  package init(
    clean: [[Int32]], corrupted: [[Int32]], maps: [PositionMap], counted: [[Bool]], outputKind: OutputKind
  ) {
    precondition(clean.count == corrupted.count && clean.count == counted.count)
    precondition(clean.count == maps.count)
    precondition(zip(clean, maps).allSatisfy { $0.count == $1.baseLength + 1 })
    precondition(zip(corrupted, maps).allSatisfy { $0.count == $1.sourceLength + 1 })
    precondition(zip(clean, counted).allSatisfy { $0.count == $1.count })
    self.clean = clean
    self.corrupted = corrupted
    self.maps = maps
    self.counted = counted
    self.outputKind = outputKind
  }

  package var count: Int { clean.count }

  package var countedPositions: Int { counted.reduce(0) { $0 + $1.count { $0 } } }

  /// The position of the corrupted input, BOS included, from which a position of the clean one takes its
  /// value.
  package func place(_ pair: Int, _ position: Int) -> Int {
    position == 0 ? 0 : Int(maps[pair].places[position - 1]) + 1
  }

  /// Some of the pairs.
  package func chosen(_ indices: some Sequence<Int>) -> InputPairs {
    let indices = Array(indices)
    return InputPairs(
      clean: indices.map { clean[$0] }, corrupted: indices.map { corrupted[$0] },
      maps: indices.map { maps[$0] }, counted: indices.map { counted[$0] }, outputKind: outputKind)
  }

  /// Adds pairs of the same circuit.
  package mutating func append(_ other: InputPairs) {
    precondition(outputKind == other.outputKind)
    clean += other.clean
    corrupted += other.corrupted
    maps += other.maps
    counted += other.counted
  }
}
