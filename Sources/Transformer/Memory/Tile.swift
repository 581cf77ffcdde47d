/// Activations of one kind for one block of sequences: one row per channel, one column per (position, lane)
/// pair.
///
/// A tile is small enough to stay in the cache from one product to the next. It is only a view; the memory
/// belongs to a ``BlockStore``.
package struct Tile {
  package let base: UnsafeMutablePointer<Float>
  /// The number of floats from one channel to the next: positions · ``laneCount``.
  package let stride: Int

  package init(base: UnsafeMutablePointer<Float>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  /// A channel's floats; position `p` of lane `s` is element `p · laneCount + s`.
  @inline(__always)
  package func row(_ channel: Int) -> UnsafeMutablePointer<Float> { base + channel * stride }

  /// A channel's vectors, one per position.
  @inline(__always)
  package func vectors(_ channel: Int = 0) -> UnsafeMutablePointer<Vector> {
    UnsafeMutableRawPointer(base + channel * stride).assumingMemoryBound(to: Vector.self)
  }

  /// The tile from a channel onwards.
  @inline(__always)
  package func from(_ channel: Int) -> Tile { Tile(base: row(channel), stride: stride) }

  /// Copies the first channels of another tile.
  package func copy(_ other: Tile, channels: Int) {
    base.update(from: other.base, count: channels * stride)
  }

  /// Adds the first channels of another tile.
  package func add(_ other: Tile, channels: Int) {
    let a = other.vectors()
    let b = vectors()
    for i in 0..<channels * stride / laneCount { b[i] += a[i] }
  }

  package func clear(channels: Int) {
    base.update(repeating: 0, count: channels * stride)
  }

  /// Sets one channel to ones: the row that multiplies the biases.
  package func fillWithOnes(channel: Int) {
    row(channel).update(repeating: 1, count: stride)
  }
}

/// Activations of one kind for all blocks of a batch, tile after tile.
package struct BlockStore {
  private let base: UnsafeMutablePointer<Float>
  let channels: Int

  /// Room for `columns` columns; the arena owns the memory.
  init(_ arena: Arena, channels: Int, columns: Int) {
    base = arena.floats(channels * columns)
    self.channels = channels
  }

  @inline(__always)
  package subscript(block: Block) -> Tile {
    Tile(base: base + block.column * channels, stride: block.positions * laneCount)
  }
}
