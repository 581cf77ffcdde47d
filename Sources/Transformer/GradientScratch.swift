/// Gradients of activations on the way back through one layer; one set serves all layers and runs.
final class GradientScratch {
  /// [dModel, columns]
  let dResidual: ChannelMatrix
  /// A second gradient of the residual stream, where the MLP's output has one of its own.
  let dOut: ChannelMatrix
  /// [heads · dHead, columns]
  let dz: ChannelMatrix
  /// [3 · heads · dHead, columns]
  let dqkv: ChannelMatrix
  /// [dMLP, columns]
  let dPost: ChannelMatrix
  /// [context] vectors
  let row: UnsafeMutablePointer<Vector>
  let arena: Arena

  init(config c: TransformerConfig, columns: Int) {
    let arena = Arena()
    dResidual = arena.matrix(channels: c.dModel, columns: columns)
    dOut = arena.matrix(channels: c.dModel, columns: columns)
    dz = arena.matrix(channels: c.heads * c.dHead, columns: columns)
    dqkv = arena.matrix(channels: 3 * c.heads * c.dHead, columns: columns)
    dPost = arena.matrix(channels: c.dMLP, columns: columns)
    row = UnsafeMutableRawPointer(arena.floats(c.context * laneCount)).assumingMemoryBound(to: Vector.self)
    self.arena = arena
  }
}
