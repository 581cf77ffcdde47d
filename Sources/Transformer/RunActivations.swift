/// Every activation of one forward pass over a batch, kept for the way back and for interventions.
package final class RunActivations {
  /// The residual stream before each block, and after the last; [dModel + 1, columns] with a row of ones.
  let residual: [ChannelMatrix]
  /// Queries, keys and values of each block, heads one after the other; [3 · heads · dHead, columns].
  let qkv: [ChannelMatrix]
  /// The heads' mixed values before W_O; [heads · dHead + 1, columns].
  let z: [ChannelMatrix]
  /// Attention patterns of each block: head by head, block of sequences by block.
  let pattern: [UnsafeMutablePointer<Vector>]
  /// The residual stream between attention and MLP; [dModel + 1, columns].
  let middle: [ChannelMatrix]
  /// f' of the MLP's hidden layer; [dMLP, columns].
  let derivative: [ChannelMatrix]
  /// The MLP's hidden activation; [dMLP + 1, columns].
  let post: [ChannelMatrix]
  /// [outputs, columns]
  package let logits: ChannelMatrix
  let patternCapacity: Int
  let columnCapacity: Int
  let arena: Arena

  init(config c: TransformerConfig, columns: Int, patterns: Int) {
    let arena = Arena()
    let layers = 0..<c.layers
    residual = (0...c.layers).map { _ in arena.augmentedMatrix(channels: c.dModel, columns: columns) }
    qkv = layers.map { _ in arena.matrix(channels: 3 * c.heads * c.dHead, columns: columns) }
    z = layers.map { _ in arena.augmentedMatrix(channels: c.heads * c.dHead, columns: columns) }
    pattern = layers.map { _ in
      UnsafeMutableRawPointer(arena.floats(c.heads * patterns * laneCount))
        .assumingMemoryBound(to: Vector.self)
    }
    middle = layers.map { _ in arena.augmentedMatrix(channels: c.dModel, columns: columns) }
    derivative = layers.map { _ in arena.matrix(channels: c.dMLP, columns: columns) }
    post = layers.map { _ in arena.augmentedMatrix(channels: c.dMLP, columns: columns) }
    logits = arena.matrix(channels: c.outputs, columns: columns)
    patternCapacity = patterns
    columnCapacity = columns
    self.arena = arena
  }

  /// A head's pattern over a block of sequences: [query, key] of vectors.
  @inline(__always)
  func pattern(layer: Int, head: Int, block: Block) -> UnsafeMutablePointer<Vector> {
    pattern[layer] + head * patternCapacity + block.pattern
  }
}
