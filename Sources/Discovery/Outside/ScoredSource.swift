import Transformer

/// Where a scored edge begins, or a scored node, in the words of an outside method.
package enum ScoredSource: Hashable, Sendable {
  case node(SourceNode)
  /// Both embeddings as one.
  case embeddings

  /// The nodes of the graph that it stands for.
  var nodes: [SourceNode] {
    switch self {
    case .node(let node): [node]
    case .embeddings: [.embed, .positionEmbed]
    }
  }
}
