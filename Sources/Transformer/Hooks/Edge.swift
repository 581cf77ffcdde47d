/// What one node receives from one earlier node through the residual stream.
public struct Edge: Hashable, Sendable {
  public let from: SourceNode
  public let to: TargetNode

  public init(from: SourceNode, to: TargetNode) {
    self.from = from
    self.to = to
  }

  /// The edge through the residual stream that a circuit's edge is; nil for one that is none.
  public init?(_ edge: CircuitEdge) {
    guard let from = SourceNode(edge.from), let to = TargetNode(edge.to) else { return nil }
    self.init(from: from, to: to)
  }
}
