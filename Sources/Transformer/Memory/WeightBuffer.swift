/// Memory in which the kernels read and write weights, or the gradient of weights.
package final class WeightBuffer {
  package let config: TransformerConfig
  package let layout: PackedLayout
  package let base: UnsafeMutablePointer<Float>
  private let arena = Arena()

  package init(config: TransformerConfig) {
    self.config = config
    layout = PackedLayout(config: config)
    base = arena.floats(layout.count)
  }

  package convenience init(_ parameters: Parameters) {
    self.init(config: parameters.config)
    load(PackedParameters(parameters).values)
  }

  package var count: Int { layout.count }

  /// A copy of the whole buffer, in packed layout.
  package var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }

  package func load(_ values: [Float]) {
    precondition(values.count == count)
    values.withUnsafeBufferPointer { base.update(from: $0.baseAddress!, count: count) }
  }

  package func clear() { base.update(repeating: 0, count: count) }

  /// The weights in TransformerLens's shapes.
  package func parameters() -> Parameters {
    var packed = PackedParameters(config: config)
    packed.values = values
    return packed.unpacked()
  }
}
