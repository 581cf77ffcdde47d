/// A place in a transformer's computation that edges join: a TransformerLens hook and, if it is a head's, the
/// head.
package enum CircuitNode: Sendable, Hashable {
  case embed
  case positionEmbed
  case queryInput(layer: Int, head: Int)
  case keyInput(layer: Int, head: Int)
  case valueInput(layer: Int, head: Int)
  case query(layer: Int, head: Int)
  case key(layer: Int, head: Int)
  case value(layer: Int, head: Int)
  case result(layer: Int, head: Int)
  case mlpInput(layer: Int)
  case mlpOutput(layer: Int)
  /// The residual stream after a layer, which is the last.
  case output(layer: Int)

  /// The head or MLP that the node is a part of.
  package var component: Component? {
    switch self {
    case .embed, .positionEmbed, .output: nil
    case .queryInput(let layer, let head), .keyInput(let layer, let head), .valueInput(let layer, let head),
      .query(let layer, let head), .key(let layer, let head), .value(let layer, let head),
      .result(let layer, let head):
      .head(layer: layer, head: head)
    case .mlpInput(let layer), .mlpOutput(let layer): .mlp(layer: layer)
    }
  }
}
