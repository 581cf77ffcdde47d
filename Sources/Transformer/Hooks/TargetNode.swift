/// A node that reads from the residual stream: where an edge through the stream ends.
package enum TargetNode: Hashable, Sendable {
  case query(layer: Int, head: Int)
  case key(layer: Int, head: Int)
  case value(layer: Int, head: Int)
  case mlp(layer: Int)
  /// The residual stream after the last layer; the same target however many layers there are.
  case output

  /// The target whose input a node is; nil for a node that does not read from the residual stream.
  package init?(_ node: CircuitNode) {
    switch node {
    case .queryInput(let layer, let head): self = .query(layer: layer, head: head)
    case .keyInput(let layer, let head): self = .key(layer: layer, head: head)
    case .valueInput(let layer, let head): self = .value(layer: layer, head: head)
    case .mlpInput(let layer): self = .mlp(layer: layer)
    case .output: self = .output
    case .embed, .positionEmbed, .query, .key, .value, .result, .mlpOutput: return nil
    }
  }

  /// What it reads, in a transformer with the given number of layers.
  package func node(layers: Int) -> CircuitNode {
    switch self {
    case .query(let layer, let head): .queryInput(layer: layer, head: head)
    case .key(let layer, let head): .keyInput(layer: layer, head: head)
    case .value(let layer, let head): .valueInput(layer: layer, head: head)
    case .mlp(let layer): .mlpInput(layer: layer)
    case .output: .output(layer: layers - 1)
    }
  }

  /// The node that reads this input; nil for the output.
  package var owner: SourceNode? {
    switch self {
    case .query(let layer, let head), .key(let layer, let head), .value(let layer, let head):
      .head(layer: layer, head: head)
    case .mlp(let layer): .mlp(layer: layer)
    case .output: nil
    }
  }
}
