/// The result of a method: a score for each edge and each node.
package struct DiscoveryScores: Sendable {
  /// In the order of ``EdgeGraph/edges``.
  package let edges: [Double]
  /// In the order of ``EdgeGraph/sources``.
  package let nodes: [Double]

  package init(edges: [Double], nodes: [Double]) {
    self.edges = edges
    self.nodes = nodes
  }

  /// Scores from the edges alone: a node's score is the highest among the edges from it and into it.
  init(edges: [Double], graph: EdgeGraph) {
    var nodes = [Double](repeating: -.infinity, count: graph.sources.count)
    for (edge, score) in zip(graph.edges, edges) {
      for node in [edge.from, edge.to.owner].compactMap({ $0 }) {
        let index = graph.index(of: node)
        nodes[index] = max(nodes[index], score)
      }
    }
    self.init(edges: edges, nodes: nodes)
  }
}
