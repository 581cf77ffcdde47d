import Discovery
import Transformer

/// A circuit as the graph file that EAP-IG and MIB read: every edge with a score and whether it belongs to the circuit.
/// Both embeddings are the node `input`.
struct MIBGraph: Encodable {
  private struct Sizes: Encodable {
    var layers: Int
    var heads: Int
    var dModel: Int
    var isParallel = false

    enum CodingKeys: String, CodingKey {
      case layers = "n_layers"
      case heads = "n_heads"
      case dModel = "d_model"
      case isParallel = "parallel_attn_mlp"
    }
  }

  private struct Node: Encodable {
    var isInGraph: Bool

    enum CodingKeys: String, CodingKey { case isInGraph = "in_graph" }
  }

  private struct ScoredEdge: Encodable {
    var score: Double
    var isInGraph: Bool

    enum CodingKeys: String, CodingKey {
      case score
      case isInGraph = "in_graph"
    }
  }

  private let cfg: Sizes
  private let nodes: [String: Node]
  private let edges: [String: ScoredEdge]

  /// An edge's score is the share of outputs that it changes in the trained transformer, and it belongs to the circuit if it
  /// is causal.
  init(_ measured: MeasuredEdges, config: TransformerConfig) {
    cfg = Sizes(layers: config.layers, heads: config.heads, dModel: config.dModel)
    var edges: [String: ScoredEdge] = [:]
    var used: Set<String> = ["logits"]
    for effect in measured.edges {
      guard let edge = Edge(effect.edge) else { continue }
      let ends = [edge.from.mibName, edge.to.mibName]
      let name = ends.joined(separator: "->")
      let old = edges[name] ?? ScoredEdge(score: 0, isInGraph: false)
      let score = effect.trained?.changed ?? effect.compiled?.changed ?? 0
      edges[name] = ScoredEdge(score: max(old.score, score), isInGraph: old.isInGraph || effect.isCausal)
      if effect.isCausal { used.formUnion([edge.from.mibName, edge.to.owner?.mibName ?? "logits"]) }
    }
    let sources = EdgeGraph(config).sources.map(\.mibName) + ["logits"]
    self.edges = edges
    nodes = Dictionary(sources.map { ($0, Node(isInGraph: used.contains($0))) }) { first, _ in first }
  }
}

extension SourceNode {
  /// As EAP-IG and MIB name it.
  fileprivate var mibName: String {
    switch self {
    case .embed, .positionEmbed: "input"
    case .head(let layer, let head): "a\(layer).h\(head)"
    case .mlp(let layer): "m\(layer)"
    }
  }
}

extension TargetNode {
  fileprivate var mibName: String {
    switch self {
    case .query(let layer, let head): "a\(layer).h\(head)<q>"
    case .key(let layer, let head): "a\(layer).h\(head)<k>"
    case .value(let layer, let head): "a\(layer).h\(head)<v>"
    case .mlp(let layer): "m\(layer)"
    case .output: "logits"
    }
  }
}
