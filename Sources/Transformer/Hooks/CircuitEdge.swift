/// One edge of a circuit, between two places of the computation.
public struct CircuitEdge: Sendable, Hashable {
  public let from: CircuitNode
  public let to: CircuitNode

  public init(from: CircuitNode, to: CircuitNode) {
    self.from = from
    self.to = to
  }

  /// An edge through the residual stream of a transformer of so many layers.
  public init(_ edge: Edge, layers: Int) {
    self.init(from: edge.from.node, to: edge.to.node(layers: layers))
  }
}
