/// What one node receives from one earlier node.
public struct Edge: Hashable, Sendable {
  public let from: SourceNode
  public let to: TargetNode

  public init(from: SourceNode, to: TargetNode) {
    self.from = from
    self.to = to
  }
}
