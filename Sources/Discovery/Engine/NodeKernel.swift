import Transformer

/// What a head and an MLP make of their inputs, as every kind of run computes it.
final class NodeKernel {
  let attention: AttentionKernel
  let activation: ActivationKernel
  private let model: EdgeModel
  private let streamBase, postBase: UnsafeMutablePointer<Float>
  private let arena = Arena()

  init(_ model: EdgeModel) {
    self.model = model
    let c = model.config
    attention = AttentionKernel(c)
    activation = ActivationKernel(activation: c.activation)
    streamBase = arena.floats((c.dModel + 1) * c.context * laneCount)
    postBase = arena.floats((c.dMLP + 1) * c.context * laneCount)
  }

  /// A head's mixed values from its stage's inputs, in which its query, key and value lie one after another.
  func attend(
    _ inputs: Tile, head: Int, positions: Int, z: Tile, pattern: UnsafeMutablePointer<Vector>
  ) {
    let dHead = model.config.dHead
    let q = inputs.from(3 * dHead * head)
    attention.forward(
      positions: positions, q: q, k: q.from(dHead), v: q.from(2 * dHead), z: z, pattern: pattern)
  }

  /// An MLP's output, bias included, and the slopes of its hidden layer.
  func transform(_ input: Tile, layer: Int, out: Tile, derivative: Tile) {
    let c = model.config
    let stream = Tile(base: streamBase, stride: input.stride)
    let post = Tile(base: postBase, stride: input.stride)
    stream.copy(input, channels: c.dModel)
    stream.fillWithOnes(channel: c.dModel)
    post.fillWithOnes(channel: c.dMLP)
    product(model.mlpIn[layer], stream, rows: c.dModel + 1, into: derivative, outputs: c.dMLP)
    activation.forward(derivative, post: post, channels: c.dMLP)
    product(model.mlpOut[layer], post, rows: c.dMLP + 1, into: out, outputs: c.dModel)
  }
}
