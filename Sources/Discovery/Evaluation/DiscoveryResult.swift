import Transformer

/// One method's scores for every edge and node of one transformer, judged by its ground-truth circuit: the edges that
/// change outputs.
public struct DiscoveryResult: Sendable, Equatable {
  public var method: String
  public var circuit: String
  public var model: CircuitModel
  public var ablation: Ablation
  public var inputs: Int
  public var seed: UInt64
  public var seconds: Double
  /// By the causal edges; nil if all edges are, or none. The same holds for nodes.
  public var aurocEdges: Double?
  public var aurocNodes: Double?
  public var aurocWholeNodeEdges: Double?
  /// For edges, judged by the benchmark's convention instead.
  public var aurocBenchmarkEdges: Double?
  /// The comparison with scores for the behaviour-only baseline.
  public var natural: Correlation?
  public var edges: [EdgeScore]
  public var nodes: [NodeScore]

  public init(
    method: String, circuit: String, model: CircuitModel, ablation: Ablation, inputs: Int, seed: UInt64,
    seconds: Double, edges: [EdgeScore], nodes: [NodeScore]
  ) {
    self.method = method
    self.circuit = circuit
    self.model = model
    self.ablation = ablation
    self.inputs = inputs
    self.seed = seed
    self.seconds = seconds
    self.edges = edges
    self.nodes = nodes
  }

  public struct EdgeScore: Sendable, Equatable {
    public var edge: CircuitEdge
    public var score: Double
    /// Whether the edge is causal.
    public var inCircuit: Bool

    public init(edge: CircuitEdge, score: Double, inCircuit: Bool) {
      self.edge = edge
      self.score = score
      self.inCircuit = inCircuit
    }
  }

  public struct NodeScore: Sendable, Equatable {
    public var node: SourceNode
    public var score: Double
    /// Whether a causal edge begins or ends at the node.
    public var inCircuit: Bool

    public init(node: SourceNode, score: Double, inCircuit: Bool) {
      self.node = node
      self.score = score
      self.inCircuit = inCircuit
    }
  }

  /// How similar the edges' scores are to those for another transformer; nil if either do not vary.
  public struct Correlation: Sendable, Equatable {
    public var pearson: Double?
    public var spearman: Double?

    public init(pearson: Double?, spearman: Double?) {
      self.pearson = pearson
      self.spearman = spearman
    }
  }
}
