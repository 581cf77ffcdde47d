extension DiscoveryResult {
  /// The result of a built-in method.
  package init(
    method: String, circuit: String, model: CircuitModel, task: DiscoveryTask, scores: DiscoveryScores,
    truth: GroundTruth, seconds: Double
  ) {
    let run = Run(
      ablation: task.ablation, inputs: task.pairs.count, seed: task.seed, seconds: seconds)
    self.init(method: method, circuit: circuit, model: model, run: run, scores: scores, truth: truth)
  }

  /// The result of a method outside of raspc; throws if its scores do not fit the transformer.
  ///
  /// - Parameter missing: the score of edges and nodes that are not listed; nil if all must be
  package init(
    method: String, circuit: String, model: CircuitModel, scores: OutsideScores, missing: Double?,
    truth: GroundTruth
  ) throws(ScoresError) {
    let graph = truth.causal.graph
    let granularity = try scores.granularity
    let edges = try scores.edgeScores(on: graph, missing: missing)
    let nodes = try scores.nodeScores(on: graph, missing: missing)
    let all =
      if let nodes { DiscoveryScores(edges: edges ?? [], nodes: nodes) } else {
        DiscoveryScores(edges: edges ?? [], graph: graph)
      }
    guard edges != nil || nodes != nil else { throw ScoresError("there are no scores in it") }
    self.init(
      method: method, circuit: circuit, model: model, run: nil, scores: all, truth: truth,
      granularity: granularity)
  }

  private init(
    method: String, circuit: String, model: CircuitModel, run: Run?, scores: DiscoveryScores,
    truth: GroundTruth, granularity: Granularity = .full
  ) {
    let graph = truth.causal.graph
    self.init(
      method: method, circuit: circuit, model: model, run: run,
      edges: zip(graph.circuitEdges, scores.edges).map {
        EdgeScore(edge: $0, score: $1, inCircuit: false)
      },
      nodes: zip(graph.sources, scores.nodes).map { NodeScore(node: $0, score: $1, inCircuit: false) })
    self.granularity = granularity
    judge(scores, by: truth)
  }

  /// The scores of a graph's edges and nodes; nil if they are scores of another graph.
  private func scores(of graph: EdgeGraph) -> DiscoveryScores? {
    guard edges.isEmpty || edges.map(\.edge) == graph.circuitEdges, nodes.map(\.node) == graph.sources
    else { return nil }
    return DiscoveryScores(edges: edges.map(\.score), nodes: nodes.map(\.score))
  }

  /// Judges the scores anew.
  ///
  /// - Returns: false if the scores are of a transformer other than the ground truth's; there is then no
  ///   judgement
  package mutating func judge(by truth: GroundTruth) -> Bool {
    guard let scores = scores(of: truth.causal.graph) else {
      (aurocEdges, aurocNodes, aurocWholeNodeEdges, aurocBenchmarkEdges) = (nil, nil, nil, nil)
      edgeCurve = nil
      return false
    }
    judge(scores, by: truth)
    return true
  }

  private mutating func judge(_ scores: DiscoveryScores, by truth: GroundTruth) {
    let judgement = Judgement(scores, against: truth.causal, granularity: granularity)
    edgeCurve = judgement.edges
    aurocEdges = judgement.edges?.area
    aurocNodes = judgement.nodes?.area
    aurocWholeNodeEdges = judgement.wholeNodeEdges?.area
    aurocBenchmarkEdges =
      Judgement(scores, against: truth.benchmark, granularity: granularity).edges?.area
    for index in edges.indices { edges[index].inCircuit = truth.causal.edges[index] }
    for index in nodes.indices { nodes[index].inCircuit = truth.causal.nodes[index] }
  }

  package mutating func compare(natural scores: DiscoveryScores) {
    let own = edges.map(\.score)
    natural = Correlation(
      pearson: Summary.correlation(own, scores.edges), spearman: Summary.rankCorrelation(own, scores.edges))
  }
}
