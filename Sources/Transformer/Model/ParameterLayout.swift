/// Where each tensor of a transformer is in its flat buffer.
public struct ParameterLayout: Sendable {
  /// One tensor: its name and shape as TransformerLens has them, and its first element's offset.
  public struct Tensor: Sendable, Hashable {
    public let name: String
    public let shape: [Int]
    public let offset: Int
    /// Whether it is added to what a matrix gives.
    public let isBias: Bool

    public var count: Int { shape.reduce(1, *) }
    public var range: Range<Int> { offset..<offset + count }
  }

  /// One block's tensors.
  public struct Block: Sendable {
    /// [heads, dModel, dHead]
    public let wQ, wK, wV: Tensor
    /// [heads, dHead, dModel]
    public let wO: Tensor
    /// [heads, dHead]
    public let bQ, bK, bV: Tensor
    /// [dModel]
    public let bO: Tensor
    /// [dModel, dMLP]
    public let wIn: Tensor
    /// [dMLP]
    public let bIn: Tensor
    /// [dMLP, dModel]
    public let wOut: Tensor
    /// [dModel]
    public let bOut: Tensor
  }

  /// [vocabulary, dModel]
  public let embed: Tensor
  /// [context, dModel]
  public let positions: Tensor
  public let blocks: [Block]
  /// [dModel, outputs]
  public let unembed: Tensor
  /// [outputs]
  public let unembedBias: Tensor
  /// Every tensor in the order of the buffer.
  public let all: [Tensor]
  /// The number of floats in the buffer.
  public let count: Int

  public init(config c: TransformerConfig) {
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
