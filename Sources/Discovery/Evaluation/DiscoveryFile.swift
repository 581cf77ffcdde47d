/// `discover-METHOD.json`: one method's scores for every edge and node of one transformer, judged by its
/// ground-truth circuit: the edges that change outputs.
public struct DiscoveryFile: Codable, Sendable {
  public struct EdgeRecord: Codable, Sendable {
    public var from: String
    public var to: String
    public var score: Double
    /// Whether the edge is causal.
    public var inCircuit: Bool

    enum CodingKeys: String, CodingKey {
      case from, to, score
      case inCircuit = "in_circuit"
    }
  }

  public struct NodeRecord: Codable, Sendable {
    public var node: String
    public var score: Double
    /// Whether a causal edge begins or ends at the node.
    public var inCircuit: Bool

    enum CodingKeys: String, CodingKey {
      case node, score
      case inCircuit = "in_circuit"
    }
  }

  /// How similar the edges' scores are to those for another transformer.
  public struct Correlation: Codable, Sendable {
    public var pearson: Double?
    public var spearman: Double?
  }

  public var method: String
  public var circuit: String
  public var model: CircuitModel
  public var ablation: Ablation
  public var inputs: Int
  public var seed: UInt64
  public var seconds: Double
  /// By the causal edges; null if all edges are, or none. The same holds for nodes.
  public var aurocEdges: Double?
  public var aurocNodes: Double?
  public var aurocWholeNodeEdges: Double?
  /// For edges, judged by the benchmark's convention instead.
  public var aurocBenchmarkEdges: Double?
  /// The comparison with scores for the behaviour-only baseline.
  public var natural: Correlation?
  public var edges: [EdgeRecord]
  public var nodes: [NodeRecord]

  enum CodingKeys: String, CodingKey {
    case method, circuit, model, ablation, inputs, seed, seconds, natural, edges, nodes
    case aurocEdges = "auroc_edges"
    case aurocNodes = "auroc_nodes"
    case aurocWholeNodeEdges = "auroc_whole_node_edges"
    case aurocBenchmarkEdges = "auroc_benchmark_edges"
  }

  public init(
    method: String, circuit name: String, model: CircuitModel, task: DiscoveryTask, scores: DiscoveryScores,
    truth: GroundTruth, seconds: Double
  ) {
    self.method = method
    circuit = name
    self.model = model
    ablation = task.ablation
    inputs = task.pairs.count
    seed = task.seed
    self.seconds = seconds
    let graph = truth.causal.graph
    edges = zip(graph.circuitEdges, scores.edges).map { edge, score in
      EdgeRecord(from: edge.from.hookName, to: edge.to.hookName, score: score, inCircuit: false)
    }
    nodes = zip(graph.sources, scores.nodes).map { source, score in
      NodeRecord(node: source.node.hookName, score: score, inCircuit: false)
    }
    judge(scores, by: truth)
  }

  /// The scores of a graph's edges and nodes; nil if the file is about another graph.
  private func scores(of graph: EdgeGraph) -> DiscoveryScores? {
    guard edges.map({ [$0.from, $0.to] }) == graph.circuitEdges.map(\.hookNames),
      nodes.map(\.node) == graph.sources.map(\.node.hookName)
    else { return nil }
    return DiscoveryScores(edges: edges.map(\.score), nodes: nodes.map(\.score))
  }

  /// Judges the file's scores again, whatever it says about them.
  ///
  /// - Returns: false if they are for a transformer other than the circuit's; the file then says nothing
  public mutating func judge(by truth: GroundTruth) -> Bool {
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

  /// The file's name in a circuit folder.
  public static func name(method: String) -> String { "discover-\(method).json" }

  public var edgeCurve: ROCCurve? {
    ROCCurve(scores: edges.map(\.score), labels: edges.map(\.inCircuit))
  }

  public mutating func compare(natural scores: DiscoveryScores) {
    let own = edges.map(\.score)
    natural = Correlation(
      pearson: Summary.correlation(own, scores.edges), spearman: Summary.rankCorrelation(own, scores.edges))
  }
}
