/// Sequences in a vector register: a block holds this many sequences of one length side by side.
package let laneCount = 16

/// One block of sequences of equal length in the columns of an activation matrix.
///
/// Position `p` of the sequence in lane `s` is column `column + p * laneCount + s`, so that every kernel
/// works on all sequences of a block at once.
package struct Block: Sendable, Hashable {
  /// Positions of each sequence, BOS included.
  package let positions: Int
  /// The block's first column.
  package let column: Int
  /// The block's first attention probability, in units of [laneCount] vectors for one head.
  let pattern: Int

  var columns: Range<Int> { column..<column + positions * laneCount }
}

/// How the sequences of a batch lie in the columns of its activation matrices.
package struct BlockLayout: Sendable {
  package private(set) var blocks: [Block] = []
  /// Columns in all.
  package private(set) var columns = 0
  /// Attention vectors of one head in all: the sum of positions² over the blocks.
  private(set) var patterns = 0

  package init() {}

  package init(lengths: [Int]) {
    for positions in lengths { append(positions: positions) }
  }

  package mutating func append(positions: Int) {
    blocks.append(Block(positions: positions, column: columns, pattern: patterns))
    columns += positions * laneCount
    patterns += positions * positions
  }
}
