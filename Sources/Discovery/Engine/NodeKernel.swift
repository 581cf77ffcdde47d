import Transformer

/// What heads and MLPs compute from their inputs and write to the residual stream, forward and backward, for
/// every kind of run.
final class NodeKernel {
  private let attention: AttentionKernel
  private let activation: ActivationKernel
  private let model: EdgeModel
  private let streamBase, postBase, zBase: UnsafeMutablePointer<Float>
  private let row: UnsafeMutablePointer<Vector>
  private let arena = Arena()

  init(_ model: EdgeModel) {
    self.model = model
    let c = model.config
    let columns = c.context * laneCount
    attention = AttentionKernel(c)
    activation = ActivationKernel(activation: c.activation)
    streamBase = arena.floats((c.dModel + 1) * columns)
    postBase = arena.floats((c.dMLP + 1) * columns)
    zBase = arena.floats(c.dHead * columns)
    row = arena.vectors(c.context)
  }

  /// A head's result minus the ablated one, from the inputs of its stage, in which a head's query, key and
  /// value lie one after another.
  func attend(
    _ inputs: Tile, layer: Int, head: Int, out: Tile, ablated: Tile?, pattern: UnsafeMutablePointer<Vector>
  ) {
    let c = model.config
    let q = inputs.from(3 * c.dHead * head)
    let z = Tile(base: zBase, stride: inputs.stride)
    attention.forward(
      positions: inputs.stride / laneCount, q: q, k: q.from(c.dHead), v: q.from(2 * c.dHead), z: z,
      pattern: pattern)
    product(model.headOut[layer][head], z, rows: c.dHead, into: out, outputs: c.dModel)
    if let ablated { out.subtract(ablated, channels: c.dModel) }
  }

  /// The gradients of a head's query, key and value, given that of its result.
  func attendBackward(
    _ inputs: Tile, layer: Int, head: Int, dOut: Tile, dInputs: Tile, pattern: UnsafePointer<Vector>
  ) {
    let c = model.config
    let q = inputs.from(3 * c.dHead * head)
    let dq = dInputs.from(3 * c.dHead * head)
    let dz = Tile(base: zBase, stride: inputs.stride)
    inputGradient(model.headOut[layer][head], dOut, outputs: c.dModel, into: dz, rows: c.dHead)
    attention.backward(
      positions: inputs.stride / laneCount, q: q, k: q.from(c.dHead), v: q.from(2 * c.dHead),
      pattern: pattern, dz: dz, dq: dq, dk: dq.from(c.dHead), dv: dq.from(2 * c.dHead), scratch: row)
  }

  /// An MLP's output, including its bias, minus the ablated one; and the derivative at its hidden layer.
  func transform(_ input: Tile, layer: Int, out: Tile, ablated: Tile?, derivative: Tile) {
    let c = model.config
    let stream = Tile(base: streamBase, stride: input.stride)
    let post = Tile(base: postBase, stride: input.stride)
    stream.copy(input, channels: c.dModel)
    stream.fillWithOnes(channel: c.dModel)
    post.fillWithOnes(channel: c.dMLP)
    product(model.mlpIn[layer], stream, rows: c.dModel + 1, into: derivative, outputs: c.dMLP)
    activation.forward(derivative, post: post, channels: c.dMLP)
    product(model.mlpOut[layer], post, rows: c.dMLP + 1, into: out, outputs: c.dModel)
    if let ablated { out.subtract(ablated, channels: c.dModel) }
  }

  /// The gradient of an MLP's input, given that of its output.
  func transformBackward(layer: Int, dOut: Tile, dInput: Tile, derivative: Tile) {
    let c = model.config
    let dPost = Tile(base: postBase, stride: dOut.stride)
    inputGradient(model.mlpOut[layer], dOut, outputs: c.dModel, into: dPost, rows: c.dMLP)
    activation.backward(derivative, dPost, channels: c.dMLP)
    inputGradient(model.mlpIn[layer], dPost, outputs: c.dMLP, into: dInput, rows: c.dModel)
  }
}
