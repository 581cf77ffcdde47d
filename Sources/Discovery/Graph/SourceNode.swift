import Compiler

/// What writes to the residual stream, and so where an edge of the graph begins.
public enum SourceNode: Hashable, Sendable {
  case embed
  case positionEmbed
  case head(layer: Int, head: Int)
  case mlp(layer: Int)

  /// TransformerLens's hook name, with the head in brackets: `blocks.1.attn.hook_result[2]`.
  public var hookName: String { node.hookName }

  var node: CircuitNode {
    switch self {
    case .embed: .embed
    case .positionEmbed: .positionEmbed
    case .head(let layer, let head): .result(layer: layer, head: head)
    case .mlp(let layer): .mlpOutput(layer: layer)
    }
  }
}
