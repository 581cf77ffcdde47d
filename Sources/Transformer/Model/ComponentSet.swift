/// Components of one transformer whose activations are swapped together.
package struct ComponentSet: Sendable, Hashable {
  /// Component `layer · (heads + 1) + head`, with the MLP as the last of its layer.
  private var bits: UInt128 = 0
  private let heads: Int

  /// The largest number of components that a transformer may have.
  package static let limit = 128

  package init(_ components: some Sequence<Component> = [], config: TransformerConfig) {
    heads = config.heads
    for component in components { insert(component) }
  }

  package mutating func insert(_ component: Component) {
    switch component {
    case .head(let layer, let head): bits |= 1 << UInt128(layer * (heads + 1) + head)
    case .mlp(let layer): bits |= 1 << UInt128(layer * (heads + 1) + heads)
    }
  }

  package var isEmpty: Bool { bits == 0 }

  @inline(__always)
  func contains(head: Int, layer: Int) -> Bool {
    (bits >> UInt128(layer * (heads + 1) + head)) & 1 == 1
  }

  @inline(__always)
  func containsMLP(layer: Int) -> Bool { contains(head: heads, layer: layer) }

  /// The stage at which a run with these components swapped first differs from its base: twice the layer for
  /// a head, plus one for an MLP. An empty set never differs.
  var firstStage: Int {
    let lowest = bits.trailingZeroBitCount
    return 2 * (lowest / (heads + 1)) + (lowest % (heads + 1) == heads ? 1 : 0)
  }
}
