import Transformer

/// Where a scored edge ends, in the words of an outside method.
package enum ScoredTarget: Hashable, Sendable {
  case input(TargetNode)
  /// A head's query, key and value inputs as one.
  case head(layer: Int, head: Int)

  /// The inputs of the graph that it stands for.
  var inputs: [TargetNode] {
    switch self {
    case .input(let input): [input]
    case .head(let layer, let head):
      [.query(layer: layer, head: head), .key(layer: layer, head: head), .value(layer: layer, head: head)]
    }
  }
}
