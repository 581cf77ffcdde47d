/// Gradients of one block's activations in the backward pass through one layer.
final class GradientScratch {
  private let arena = Arena()
  private let residualBase, outBase, zBase, qkvBase, postBase: UnsafeMutablePointer<Float>
  /// [context] vectors
  let row: UnsafeMutablePointer<Vector>

  init(config c: TransformerConfig) {
    let columns = c.context * laneCount
    residualBase = arena.floats(c.dModel * columns)
    outBase = arena.floats(c.dModel * columns)
    zBase = arena.floats(c.heads * c.dHead * columns)
    qkvBase = arena.floats(3 * c.heads * c.dHead * columns)
    postBase = arena.floats(c.dMLP * columns)
    row = arena.vectors(c.context)
  }

  private func tile(_ base: UnsafeMutablePointer<Float>, _ block: Block) -> Tile {
    Tile(base: base, stride: block.positions * laneCount)
  }

  /// Of the residual stream; dModel channels.
  func dResidual(_ block: Block) -> Tile { tile(residualBase, block) }
  /// Of the MLP's output, if that is not the residual stream's; dModel channels.
  func dOut(_ block: Block) -> Tile { tile(outBase, block) }
  /// Of the heads' mixed values; heads · dHead channels.
  func dz(_ block: Block) -> Tile { tile(zBase, block) }
  /// Of queries, keys and values; 3 · heads · dHead channels.
  func dqkv(_ block: Block) -> Tile { tile(qkvBase, block) }
  /// Of the MLP's hidden layer; dMLP channels.
  func dPost(_ block: Block) -> Tile { tile(postBase, block) }
}
