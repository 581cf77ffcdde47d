/// A part of a transformer whose activation can be swapped: an attention head's result or an MLP's
/// hidden activation.
package enum Component: Hashable, Sendable, Comparable {
  case head(layer: Int, head: Int)
  case mlp(layer: Int)

  package var layer: Int {
    switch self {
    case .head(let layer, _), .mlp(let layer): layer
    }
  }

  /// In the order of computation: a layer's heads, then its MLP.
  package static func < (a: Component, b: Component) -> Bool {
    a.order < b.order
  }

  private var order: (Int, Int) {
    switch self {
    case .head(let layer, let head): (layer, head)
    case .mlp(let layer): (layer, Int.max)
    }
  }
}
