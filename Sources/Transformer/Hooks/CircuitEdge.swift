/// One edge of a circuit, between two places of the computation.
package struct CircuitEdge: Sendable, Hashable {
  package let from: CircuitNode
  package let to: CircuitNode

  package init(from: CircuitNode, to: CircuitNode) {
    self.from = from
    self.to = to
  }

  /// An edge through the residual stream of a transformer with the given number of layers.
  package init(_ edge: Edge, layers: Int) {
    self.init(from: edge.from.node, to: edge.to.node(layers: layers))
  }
}
