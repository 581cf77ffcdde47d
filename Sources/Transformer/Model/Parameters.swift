/// All weights of one transformer in one float32 buffer, in TransformerLens's shapes.
///
/// Every tensor is row-major and starts at the offset given by ``ParameterLayout``; with one flat buffer, the
/// optimiser, the gradient and the files can treat the whole model as one vector.
package struct Parameters: Sendable {
  package let config: TransformerConfig
  package let layout: ParameterLayout
  package var values: [Float]

  /// All zeros.
  package init(config: TransformerConfig) {
    self.config = config
    self.layout = ParameterLayout(config: config)
    self.values = [Float](repeating: 0, count: layout.count)
  }

  /// The tensor with a TransformerLens name, such as `blocks.0.attn.W_Q`.
  package subscript(tensor: ParameterLayout.Tensor) -> ArraySlice<Float> {
    get { values[tensor.range] }
    set { values.replaceSubrange(tensor.range, with: newValue) }
  }
}
