import Transformer

/// Which edges and nodes of a transformer's edge graph belong to its ground-truth circuit.
///
/// A compiled head or MLP corresponds to the one at the same place in the trained transformer, so an edge
/// keeps its layers and heads; the output of the compiled transformer corresponds to the output of the
/// trained one, which may be deeper. An edge of the ground truth is an edge of the graph if it runs from what
/// one node writes to what another reads. Edges inside a node (from a query input to the query, from an MLP's
/// input to its output) come with the node, and edges that leave a query or key other than through the head's
/// result carry nothing that an intervention could replace; both are left out.
package struct KnownCircuit: Sendable {
  package let graph: EdgeGraph
  /// In the order of ``EdgeGraph/edges``.
  package let edges: [Bool]
  /// In the order of ``EdgeGraph/sources``: whether an edge of the circuit begins or ends at the node.
  package let nodes: [Bool]

  package init(_ circuit: some Sequence<CircuitEdge>, graph: EdgeGraph) {
    self.graph = graph
    var edges = [Bool](repeating: false, count: graph.edges.count)
    var nodes = [Bool](repeating: false, count: graph.sources.count)
    for known in circuit {
      guard let edge = Edge(known), let index = graph.index(of: edge) else { continue }
      edges[index] = true
      nodes[graph.index(of: edge.from)] = true
      if let owner = edge.to.owner { nodes[graph.index(of: owner)] = true }
    }
    self.edges = edges
    self.nodes = nodes
  }
}
