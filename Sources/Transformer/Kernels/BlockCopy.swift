// Moves between blocks of activations: what an intervention takes from another run, and where its
// gradient goes. Blocks that meet here have equal lengths.

/// to = from, over `channels` channels of a block.
func copy(
  _ from: ChannelMatrix, _ source: Block, to: ChannelMatrix, _ target: Block, channels: Range<Int>
) {
  let count = source.positions * laneCount
  for channel in channels {
    (to.row(channel) + target.column).update(from: from.row(channel) + source.column, count: count)
  }
}

/// to += from, over `channels` channels of a block.
func add(
  _ from: ChannelMatrix, _ source: Block, to: ChannelMatrix, _ target: Block, channels: Range<Int>
) {
  for channel in channels {
    let a = from.vectors(channel, source.column)
    let b = to.vectors(channel, target.column)
    for i in 0..<source.positions { b[i] += a[i] }
  }
}

/// to = 0, over `channels` channels of a block.
func clear(_ to: ChannelMatrix, _ target: Block, channels: Range<Int>) {
  for channel in channels {
    (to.row(channel) + target.column).update(repeating: 0, count: target.positions * laneCount)
  }
}

/// to = from, over the first columns of whole matrices.
func copy(_ from: ChannelMatrix, to: ChannelMatrix, channels: Int, columns: Int) {
  for channel in 0..<channels {
    to.row(channel).update(from: from.row(channel), count: columns)
  }
}

/// to += from, over the first columns of whole matrices.
func add(_ from: ChannelMatrix, to: ChannelMatrix, channels: Int, columns: Int) {
  for channel in 0..<channels {
    let a = from.vectors(channel, 0)
    let b = to.vectors(channel, 0)
    for i in 0..<columns / laneCount { b[i] += a[i] }
  }
}
