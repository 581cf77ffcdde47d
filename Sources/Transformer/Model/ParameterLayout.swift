/// Where each tensor of a transformer is in its flat buffer.
package struct ParameterLayout: Sendable {
  /// One tensor: its name and shape in TransformerLens, and the offset of its first element.
  package struct Tensor: Sendable, Hashable {
    package let name: String
    package let shape: [Int]
    package let offset: Int
    /// Whether it is added to a matrix product.
    package let isBias: Bool

    package var count: Int { shape.reduce(1, *) }
    package var range: Range<Int> { offset..<offset + count }
  }

  /// One block's tensors.
  package struct Block: Sendable {
    /// [heads, dModel, dHead]
    package let wQ, wK, wV: Tensor
    /// [heads, dHead, dModel]
    package let wO: Tensor
    /// [heads, dHead]
    package let bQ, bK, bV: Tensor
    /// [dModel]
    package let bO: Tensor
    /// [dModel, dMLP]
    package let wIn: Tensor
    /// [dMLP]
    package let bIn: Tensor
    /// [dMLP, dModel]
    package let wOut: Tensor
    /// [dModel]
    package let bOut: Tensor
  }

  /// [vocabulary, dModel]
  package let embed: Tensor
  /// [context, dModel]
  package let positions: Tensor
  package let blocks: [Block]
  /// [dModel, outputs]
  package let unembed: Tensor
  /// [outputs]
  package let unembedBias: Tensor
  /// Every tensor in the order of the buffer.
  package let all: [Tensor]
  /// The number of floats in the buffer.
  package let count: Int

  package init(config c: TransformerConfig) {
    var tensors: [Tensor] = []
    var offset = 0
    func place(_ name: String, isBias: Bool = false, _ shape: Int...) -> Tensor {
      let tensor = Tensor(name: name, shape: shape, offset: offset, isBias: isBias)
      offset += tensor.count
      tensors.append(tensor)
      return tensor
    }
    embed = place("embed.W_E", c.vocabulary, c.dModel)
    positions = place("pos_embed.W_pos", c.context, c.dModel)
    blocks = (0..<c.layers).map { layer in
      let attention = "blocks.\(layer).attn."
      let mlp = "blocks.\(layer).mlp."
      return Block(
        wQ: place(attention + "W_Q", c.heads, c.dModel, c.dHead),
        wK: place(attention + "W_K", c.heads, c.dModel, c.dHead),
        wV: place(attention + "W_V", c.heads, c.dModel, c.dHead),
        wO: place(attention + "W_O", c.heads, c.dHead, c.dModel),
        bQ: place(attention + "b_Q", isBias: true, c.heads, c.dHead),
        bK: place(attention + "b_K", isBias: true, c.heads, c.dHead),
        bV: place(attention + "b_V", isBias: true, c.heads, c.dHead),
        bO: place(attention + "b_O", isBias: true, c.dModel),
        wIn: place(mlp + "W_in", c.dModel, c.dMLP),
        bIn: place(mlp + "b_in", isBias: true, c.dMLP),
        wOut: place(mlp + "W_out", c.dMLP, c.dModel),
        bOut: place(mlp + "b_out", isBias: true, c.dModel))
    }
    unembed = place("unembed.W_U", c.dModel, c.outputs)
    unembedBias = place("unembed.b_U", isBias: true, c.outputs)
    all = tensors
    count = offset
  }
}
