extension DiscoveryResult {
  package init(
    method: String, circuit: String, model: CircuitModel, task: DiscoveryTask, scores: DiscoveryScores,
    truth: GroundTruth, seconds: Double
  ) {
    let graph = truth.causal.graph
    self.init(
      method: method, circuit: circuit, model: model, ablation: task.ablation, inputs: task.pairs.count,
      seed: task.seed, seconds: seconds,
      edges: zip(graph.circuitEdges, scores.edges).map {
        EdgeScore(edge: $0, score: $1, inCircuit: false)
      },
      nodes: zip(graph.sources, scores.nodes).map { NodeScore(node: $0, score: $1, inCircuit: false) })
    judge(scores, by: truth)
  }

  /// The scores of a graph's edges and nodes; nil where they are about another graph.
  private func scores(of graph: EdgeGraph) -> DiscoveryScores? {
    guard edges.map(\.edge) == graph.circuitEdges, nodes.map(\.node) == graph.sources else { return nil }
    return DiscoveryScores(edges: edges.map(\.score), nodes: nodes.map(\.score))
  }

  /// Judges the scores anew.
  ///
  /// - Returns: false where they are of another transformer than the circuit is; there is then no judgement
  package mutating func judge(by truth: GroundTruth) -> Bool {
    guard let scores = scores(of: truth.causal.graph) else {
      (aurocEdges, aurocNodes, aurocWholeNodeEdges, aurocBenchmarkEdges) = (nil, nil, nil, nil)
      return false
    }
    judge(scores, by: truth)
    return true
  }

  private mutating func judge(_ scores: DiscoveryScores, by truth: GroundTruth) {
    let judgement = Judgement(scores, against: truth.causal)
    aurocEdges = judgement.edges?.area
    aurocNodes = judgement.nodes?.area
    aurocWholeNodeEdges = judgement.wholeNodeEdges?.area
    aurocBenchmarkEdges = Judgement(scores, against: truth.benchmark).edges?.area
    for index in edges.indices { edges[index].inCircuit = truth.causal.edges[index] }
    for index in nodes.indices { nodes[index].inCircuit = truth.causal.nodes[index] }
  }

  package var edgeCurve: ROCCurve? {
    ROCCurve(scores: edges.map(\.score), labels: edges.map(\.inCircuit))
  }

  package mutating func compare(natural scores: DiscoveryScores) {
    let own = edges.map(\.score)
    natural = Correlation(
      pearson: Summary.correlation(own, scores.edges), spearman: Summary.rankCorrelation(own, scores.edges))
  }
}
