/// A node that writes to the residual stream: where an edge through the stream begins.
package enum SourceNode: Hashable, Sendable {
  case embed
  case positionEmbed
  case head(layer: Int, head: Int)
  case mlp(layer: Int)

  package init(_ component: Component) {
    switch component {
    case .head(let layer, let head): self = .head(layer: layer, head: head)
    case .mlp(let layer): self = .mlp(layer: layer)
    }
  }

  /// The source whose output a node is; nil for a node that does not write to the residual stream.
  package init?(_ node: CircuitNode) {
    switch node {
    case .embed: self = .embed
    case .positionEmbed: self = .positionEmbed
    case .result(let layer, let head): self = .head(layer: layer, head: head)
    case .mlpOutput(let layer): self = .mlp(layer: layer)
    case .queryInput, .keyInput, .valueInput, .query, .key, .value, .mlpInput, .output: return nil
    }
  }

  /// What it writes.
  package var node: CircuitNode {
    switch self {
    case .embed: .embed
    case .positionEmbed: .positionEmbed
    case .head(let layer, let head): .result(layer: layer, head: head)
    case .mlp(let layer): .mlpOutput(layer: layer)
    }
  }
}
