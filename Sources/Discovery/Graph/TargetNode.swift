import Compiler

/// What reads from the residual stream, and so where an edge of the graph ends.
public enum TargetNode: Hashable, Sendable {
  case query(layer: Int, head: Int)
  case key(layer: Int, head: Int)
  case value(layer: Int, head: Int)
  case mlp(layer: Int)
  /// The stream after the last layer, in a transformer of that many layers.
  case output(layers: Int)

  /// TransformerLens's hook name, with the head in brackets: `blocks.1.hook_q_input[2]`.
  public var hookName: String { node.hookName }

  var node: CircuitNode {
    switch self {
    case .query(let layer, let head): .queryInput(layer: layer, head: head)
    case .key(let layer, let head): .keyInput(layer: layer, head: head)
    case .value(let layer, let head): .valueInput(layer: layer, head: head)
    case .mlp(let layer): .mlpInput(layer: layer)
    case .output(let layers): .output(layer: layers - 1)
    }
  }

  /// The node that the input belongs to; nil for the output.
  public var owner: SourceNode? {
    switch self {
    case .query(let layer, let head), .key(let layer, let head), .value(let layer, let head):
      .head(layer: layer, head: head)
    case .mlp(let layer): .mlp(layer: layer)
    case .output: nil
    }
  }
}
