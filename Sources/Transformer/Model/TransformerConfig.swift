/// The sizes and choices of one transformer: no layer norm, learned absolute positions, BOS first.
public struct TransformerConfig: Sendable, Hashable {
  public enum Activation: String, Sendable, Codable {
    case relu
    /// The exact form, x Φ(x) with the error function.
    case gelu
  }

  public var layers: Int
  public var heads: Int
  public var dModel: Int
  public var dHead: Int
  public var dMLP: Int
  /// The number of positions, including BOS.
  public var context: Int
  public var vocabulary: Int
  public var outputs: Int
  public var activation: Activation
  /// Whether a position attends only to itself and earlier ones.
  public var causal: Bool

  public init(
    layers: Int, heads: Int, dModel: Int, dHead: Int, dMLP: Int, context: Int, vocabulary: Int,
    outputs: Int, activation: Activation, causal: Bool
  ) {
    self.layers = layers
    self.heads = heads
    self.dModel = dModel
    self.dHead = dHead
    self.dMLP = dMLP
    self.context = context
    self.vocabulary = vocabulary
    self.outputs = outputs
    self.activation = activation
    self.causal = causal
  }
}
