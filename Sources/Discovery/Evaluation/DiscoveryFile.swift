/// `discover-METHOD.json`: one method's scores of every edge and node of one transformer, judged by the
/// circuit it is known to hold: its edges as data flows.
public struct DiscoveryFile: Codable, Sendable {
  public struct EdgeRecord: Codable, Sendable {
    public var from: String
    public var to: String
    public var score: Double
    public var inCircuit: Bool

    enum CodingKeys: String, CodingKey {
      case from, to, score
      case inCircuit = "in_circuit"
    }
  }

  public struct NodeRecord: Codable, Sendable {
    public var node: String
    public var score: Double
    public var inCircuit: Bool

    enum CodingKeys: String, CodingKey {
      case node, score
      case inCircuit = "in_circuit"
    }
  }

  /// How alike the edges' scores are to those of another transformer.
  public struct Correlation: Codable, Sendable {
    public var pearson: Double?
    public var spearman: Double?
  }

  public var method: String
  public var circuit: String
  /// `ll` for the trained transformer, `hl` for the compiled one.
  public var model: String
  public var ablation: Ablation
  public var inputs: Int
  public var seed: UInt64
  public var seconds: Double
  /// Null where every edge, or none, belongs to the circuit.
  public var aurocEdges: Double?
  public var aurocNodes: Double?
  public var aurocWholeNodeEdges: Double?
  /// Of edges, against the circuit by the benchmark's convention instead of as data flows.
  public var aurocBenchmarkEdges: Double?
  /// With the scores of a transformer of the same size trained on behaviour alone.
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
    method: String, circuit name: String, model: String, task: DiscoveryTask, scores: DiscoveryScores,
    known: KnownCircuit, benchmark: KnownCircuit, seconds: Double
  ) {
    self.method = method
    circuit = name
    self.model = model
    ablation = task.ablation
    inputs = task.pairs.count
    seed = task.seed
    self.seconds = seconds
    let judgement = Judgement(scores, against: known)
    aurocEdges = judgement.edges?.area
    aurocNodes = judgement.nodes?.area
    aurocWholeNodeEdges = judgement.wholeNodeEdges?.area
    aurocBenchmarkEdges = Judgement(scores, against: benchmark).edges?.area
    edges = known.graph.edges.indices.map { index in
      let edge = known.graph.edges[index]
      return EdgeRecord(
        from: edge.from.hookName, to: edge.to.hookName, score: scores.edges[index],
        inCircuit: known.edges[index])
    }
    nodes = known.graph.sources.indices.map { index in
      NodeRecord(
        node: known.graph.sources[index].hookName, score: scores.nodes[index],
        inCircuit: known.nodes[index])
    }
  }

  /// The file's name in a circuit's folder.
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
