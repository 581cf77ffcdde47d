/// The sizes and options of one transformer: no layer norm, learned absolute positions, BOS first.
package struct TransformerConfig: Sendable, Hashable {
  package enum Activation: String, Sendable, Codable {
    case relu
    /// The exact form, x Φ(x) with the error function.
    case gelu
  }

  package var layers: Int
  package var heads: Int
  package var dModel: Int
  package var dHead: Int
  package var dMLP: Int
  /// The number of positions, including BOS.
  package var context: Int
  package var vocabulary: Int
  package var outputs: Int
  package var activation: Activation
  /// Whether a position attends only to itself and earlier ones.
  package var causal: Bool

  package init(
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
