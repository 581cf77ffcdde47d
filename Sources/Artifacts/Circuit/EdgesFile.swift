import Transformer

/// `edges.json`: the ground-truth circuit, by the benchmark's convention, as data flows, and by what each edge does.
///
/// Edges are pairs of hook names, sorted, in the trained transformer's names where there is one: its output is
/// that of its last layer, and it may have more layers than the compiled one.
public struct EdgesFile: Codable, Sendable, Equatable {
  /// The circuit by the benchmark's convention.
  public var edges: [[String]]
  /// The same in the compiled transformer's names.
  public var compiled: [[String]]
  /// The circuit as data flows.
  public var dataflow: [[String]]
  /// Edges of the convention that are none of the full edge graph.
  public var notInGraph: [Missing]
  /// What each edge of the full graph does; nil where it has not been measured.
  public var effects: [EdgeEffect]?
  /// Whether the least effect of a causal edge on the trained transformer is above that of every other edge; nil
  /// where there is none, or none has been measured.
  public var certified: ExplicitOptional<Bool>
  /// The edges because of which it is not.
  public var notCertified: [[String]]
  /// Pairs of inputs that effects were measured on, those that were looked through to find telling ones, and the
  /// seed they were drawn with.
  public var pairs: Int?
  public var tried: Int?
  public var seed: UInt64?

  /// An edge that joins no two nodes of the edge graph, and why.
  public struct Missing: Codable, Sendable, Equatable {
    public var from: String
    public var to: String
    public var reason: String
  }

  enum CodingKeys: String, CodingKey {
    case edges, compiled, dataflow, effects, certified, pairs, tried, seed
    case notInGraph = "not_in_graph"
    case notCertified = "not_certified"
  }

  /// - Parameters:
  ///   - edges: by the benchmark's convention, in the compiled transformer
  ///   - dataflow: as data flows
  ///   - trained: the trained transformer and its component for each of the compiled; nil where there is none
  public init(
    _ edges: some Sequence<CircuitEdge>, dataflow: some Sequence<CircuitEdge>,
    trained: (config: TransformerConfig, places: [Component: Component])? = nil
  ) {
    func moved(_ edges: some Sequence<CircuitEdge>) -> [CircuitEdge] {
      edges.map { edge in
        trained.map { edge.moved(to: $0.places, layers: $0.config.layers) } ?? edge
      }
    }
    func sorted(_ edges: some Sequence<CircuitEdge>) -> [[String]] {
      edges.map(\.hookNames).sorted { $0.lexicographicallyPrecedes($1) }
    }
    let own = moved(edges)
    self.edges = sorted(own)
    compiled = sorted(edges)
    self.dataflow = sorted(moved(dataflow))
    notInGraph = own.compactMap { edge in
      edge.reasonOutsideGraph.map { Missing(from: edge.from.hookName, to: edge.to.hookName, reason: $0) }
    }.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    certified = ExplicitOptional(nil)
    notCertified = []
  }

  /// The edges that change an output of the compiled transformer; nil where that has not been measured, or a name is
  /// no node of a transformer.
  public var causalEdges: [CircuitEdge]? {
    effects.flatMap { CircuitEdge.all(named: $0.filter(\.causal).map { [$0.from, $0.to] }) }
  }

  /// The edges by the benchmark's convention; nil where a name is no node of a transformer.
  public var benchmarkEdges: [CircuitEdge]? { CircuitEdge.all(named: edges) }
}
