/// The number of sequences in a vector register: a block holds this many sequences of one length side by
/// side.
package let laneCount = 16

/// Sixteen sequences of equal length in the lanes of vector registers.
///
/// Every kernel works on all of them at once, and no position is padding.
package struct Block: Sendable, Hashable {
  /// Positions of each sequence, BOS included.
  package let positions: Int
  /// The block's first column in its batch; the block has positions · ``laneCount`` columns.
  package let column: Int
  /// The block's first attention vector in its batch; one head has positions² of them.
  let pattern: Int

  /// The column of one position of one lane.
  @inline(__always)
  package func column(position: Int, lane: Int) -> Int { column + position * laneCount + lane }
}

/// The blocks of a batch.
package struct BlockLayout: Sendable {
  package private(set) var blocks: [Block] = []
  /// The total number of (sequence, position) pairs.
  package private(set) var columns = 0
  /// The total number of attention vectors of one head: the sum of positions² over the blocks.
  package private(set) var patterns = 0

  package init() {}

  /// - Parameter positions: the positions of each block, BOS included
  package init(positions: [Int]) {
    for count in positions { append(positions: count) }
  }

  package mutating func append(positions: Int) {
    blocks.append(Block(positions: positions, column: columns, pattern: patterns))
    columns += positions * laneCount
    patterns += positions * positions
  }

  package mutating func removeAll() {
    blocks.removeAll(keepingCapacity: true)
    columns = 0
    patterns = 0
  }
}

/// The largest batch that fits.
package struct BatchCapacity: Sendable {
  package let columns: Int
  package let patterns: Int

  package init(columns: Int, patterns: Int) {
    self.columns = columns
    self.patterns = patterns
  }

  package init(_ layout: BlockLayout) {
    self.init(columns: layout.columns, patterns: layout.patterns)
  }

  func holds(_ layout: BlockLayout) -> Bool {
    layout.columns <= columns && layout.patterns <= patterns
  }
}
