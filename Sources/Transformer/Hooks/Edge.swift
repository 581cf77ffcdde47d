/// What one node receives from one earlier node through the residual stream.
package struct Edge: Hashable, Sendable {
  package let from: SourceNode
  package let to: TargetNode

  package init(from: SourceNode, to: TargetNode) {
    self.from = from
    self.to = to
  }

  /// The edge through the residual stream that a circuit's edge is; nil for one that is none.
  package init?(_ edge: CircuitEdge) {
    guard let from = SourceNode(edge.from), let to = TargetNode(edge.to) else { return nil }
    self.init(from: from, to: to)
  }
}
