import Transformer

/// How well a method's scores separate the edges and nodes of a known circuit from the others.
package struct Judgement: Sendable {
  /// Nil if all edges belong to the circuit, or none.
  package let edges: ROCCurve?
  package let nodes: ROCCurve?
  /// The same for edges between whole nodes: a head's inputs count as one, and so do the two embeddings, and
  /// there is no edge from an embedding to the output. This is how the InterpBench paper counts (arXiv
  /// 2407.14494).
  package let wholeNodeEdges: ROCCurve?

  package init(_ scores: DiscoveryScores, against circuit: KnownCircuit) {
    edges = ROCCurve(scores: scores.edges, labels: circuit.edges)
    nodes = ROCCurve(scores: scores.nodes, labels: circuit.nodes)
    var merged: [Pair: (score: Double, known: Bool)] = [:]
    for (index, edge) in circuit.graph.edges.enumerated() {
      let fromEmbedding = edge.from == .embed || edge.from == .positionEmbed
      if fromEmbedding, edge.to.owner == nil { continue }
      let pair = Pair(from: fromEmbedding ? .embed : edge.from, to: edge.to.owner)
      let old = merged[pair] ?? (-.infinity, false)
      merged[pair] = (max(old.score, scores.edges[index]), old.known || circuit.edges[index])
    }
    wholeNodeEdges = ROCCurve(scores: merged.values.map(\.score), labels: merged.values.map(\.known))
  }

  /// An edge between whole nodes; nil is the output.
  private struct Pair: Hashable {
    let from: SourceNode
    let to: SourceNode?
  }
}
