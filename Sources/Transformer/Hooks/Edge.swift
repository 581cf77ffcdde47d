/// What one node receives from one earlier node through the residual stream.
package struct Edge: Hashable, Sendable {
  package let from: SourceNode
  package let to: TargetNode

  package init(from: SourceNode, to: TargetNode) {
    self.from = from
    self.to = to
  }

  /// A circuit's edge as an edge through the residual stream; nil if it is not one.
  package init?(_ edge: CircuitEdge) {
    guard let from = SourceNode(edge.from), let to = TargetNode(edge.to) else { return nil }
    self.init(from: from, to: to)
  }
}
