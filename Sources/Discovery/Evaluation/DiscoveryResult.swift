import Transformer

/// One method's scores for every edge and node of one transformer, judged by its ground-truth circuit: the
/// edges that change outputs.
package struct DiscoveryResult: Sendable, Equatable {
  package var method: String
  package var circuit: String
  package var model: CircuitModel
  /// How it was run; nil for a method outside of raspc.
  package var run: Run?
  /// What the method tells apart.
  package var granularity = Granularity.full
  /// Judged by the causal edges; nil if all edges are causal, or none is. The same holds for nodes.
  package var aurocEdges: Double?
  package var aurocNodes: Double?
  package var aurocWholeNodeEdges: Double?
  /// For edges, judged by the benchmark's convention.
  package var aurocBenchmarkEdges: Double?
  /// The curve that ``aurocEdges`` is the area under; nil until the scores are judged, and not in the file.
  package var edgeCurve: ROCCurve?
  /// The comparison with scores for the behaviour-only baseline.
  package var natural: Correlation?
  /// Every edge of the graph; none if the method scores nodes only.
  package var edges: [EdgeScore]
  package var nodes: [NodeScore]

  package init(
    method: String, circuit: String, model: CircuitModel, run: Run?, edges: [EdgeScore],
    nodes: [NodeScore]
  ) {
    self.method = method
    self.circuit = circuit
    self.model = model
    self.run = run
    self.edges = edges
    self.nodes = nodes
  }

  /// What a built-in method was run on.
  package struct Run: Sendable, Equatable {
    package var ablation: Ablation
    package var inputs: Int
    package var seed: UInt64
    package var seconds: Double

    package init(ablation: Ablation, inputs: Int, seed: UInt64, seconds: Double) {
      self.ablation = ablation
      self.inputs = inputs
      self.seed = seed
      self.seconds = seconds
    }
  }

  package struct EdgeScore: Sendable, Equatable {
    package var edge: CircuitEdge
    package var score: Double
    /// Whether the edge is causal.
    package var inCircuit: Bool

    package init(edge: CircuitEdge, score: Double, inCircuit: Bool) {
      self.edge = edge
      self.score = score
      self.inCircuit = inCircuit
    }
  }

  package struct NodeScore: Sendable, Equatable {
    package var node: SourceNode
    package var score: Double
    /// Whether a causal edge begins or ends at the node.
    package var inCircuit: Bool

    package init(node: SourceNode, score: Double, inCircuit: Bool) {
      self.node = node
      self.score = score
      self.inCircuit = inCircuit
    }
  }

  /// How similar the edges' scores are to those for another transformer; nil if either do not vary.
  package struct Correlation: Sendable, Equatable {
    package var pearson: Double?
    package var spearman: Double?

    package init(pearson: Double?, spearman: Double?) {
      self.pearson = pearson
      self.spearman = spearman
    }
  }
}
