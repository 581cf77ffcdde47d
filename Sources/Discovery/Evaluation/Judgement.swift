import Transformer

/// How well a method's scores separate the edges and nodes of a known circuit from the others.
package struct Judgement: Sendable {
  /// Nil if all edges belong to the circuit, or none, or if the method scores nodes only.
  package let edges: ROCCurve?
  package let nodes: ROCCurve?
  /// The same for edges between whole nodes: a head's inputs count as one, and so do the two embeddings, and
  /// there is no edge from an embedding to the output. The InterpBench paper counts in this way (arXiv
  /// 2407.14494).
  package let wholeNodeEdges: ROCCurve?

  /// - Parameter granularity: what the method tells apart
  package init(
    _ scores: DiscoveryScores, against circuit: KnownCircuit, granularity: Granularity = .full
  ) {
    let graph = circuit.graph
    func curve<Key: Hashable>(
      _ scores: [Double], _ labels: [Bool], key: (Int) -> Key?
    ) -> ROCCurve? {
      guard !scores.isEmpty else { return nil }
      var merged: [Key: (score: Double, known: Bool)] = [:]
      for index in scores.indices {
        guard let key = key(index) else { continue }
        let old = merged[key] ?? (-.infinity, false)
        merged[key] = (max(old.score, scores[index]), old.known || labels[index])
      }
      return ROCCurve(scores: merged.values.map(\.score), labels: merged.values.map(\.known))
    }
    edges = curve(scores.edges, circuit.edges) { Unit(graph.edges[$0], granularity) }
    nodes = curve(scores.nodes, circuit.nodes) { index in
      let node = graph.sources[index]
      return granularity.joinsEmbeddings && node == .positionEmbed ? .embed : node
    }
    wholeNodeEdges = curve(scores.edges, circuit.edges) { index in
      let edge = graph.edges[index]
      let unit = Unit(edge, Granularity(joinsEmbeddings: true, joinsHeadInputs: true))
      return unit.from == .embed && edge.to.owner == nil ? nil : unit
    }
  }

  /// Edges that are judged as one.
  private struct Unit: Hashable {
    let from: SourceNode
    /// The input, or the query input for all of a head's.
    let to: TargetNode

    init(_ edge: Edge, _ granularity: Granularity) {
      from = granularity.joinsEmbeddings && edge.from == .positionEmbed ? .embed : edge.from
      switch edge.to {
      case .key(let layer, let head) where granularity.joinsHeadInputs,
        .value(let layer, let head) where granularity.joinsHeadInputs:
        to = .query(layer: layer, head: head)
      default: to = edge.to
      }
    }
  }
}
