import Discovery
import Transformer

/// `edges.json`: the ground-truth circuit, by the benchmark's convention, as data flows, and by what each edge does.
///
/// Edges are sorted by their names, in the trained transformer's where there is one: its output is that of its last
/// layer, and it may have more layers than the compiled one.
package struct EdgesFile: Sendable, Equatable {
  /// The circuit by the benchmark's convention.
  package var edges: [CircuitEdge]
  /// The same in the compiled transformer.
  package var compiled: [CircuitEdge]
  /// The circuit as data flows.
  package var dataflow: [CircuitEdge]
  /// What each edge of the full graph does; nil where it has not been measured.
  package var measured: MeasuredEdges?

  /// - Parameters:
  ///   - edges: by the benchmark's convention, in the compiled transformer
  ///   - dataflow: as data flows
  ///   - trained: the trained transformer and its component for each of the compiled; nil where there is none
  package init(
    _ edges: some Sequence<CircuitEdge>, dataflow: some Sequence<CircuitEdge>,
    trained: (config: TransformerConfig, places: [Component: Component])? = nil
  ) {
    func moved(_ edges: some Sequence<CircuitEdge>) -> [CircuitEdge] {
      edges.map { edge in
        trained.map { edge.moved(to: $0.places, layers: $0.config.layers) } ?? edge
      }
    }
    func sorted(_ edges: some Sequence<CircuitEdge>) -> [CircuitEdge] {
      edges.sorted { $0.hookNames.lexicographicallyPrecedes($1.hookNames) }
    }
    self.edges = sorted(moved(edges))
    compiled = sorted(edges)
    self.dataflow = sorted(moved(dataflow))
  }
}

extension EdgesFile: Codable {
  /// Raised when readers of the file as it was can no longer read it.
  package static let format = 1

  private enum CodingKeys: String, CodingKey {
    case format, edges, compiled, dataflow, effects, certified, pairs, tried, seed
    case notInGraph = "not_in_graph"
    case notCertified = "not_certified"
  }

  /// An edge that joins no two nodes of the edge graph, and why.
  private struct Missing: Encodable {
    var from: CircuitNode
    var to: CircuitNode
    var reason: String
  }

  /// What follows from the edges and their effects is not read, but found anew.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.checkFormat(Self.format, forKey: .format)
    edges = try container.decode([CircuitEdge].self, forKey: .edges)
    compiled = try container.decode([CircuitEdge].self, forKey: .compiled)
    dataflow = try container.decode([CircuitEdge].self, forKey: .dataflow)
    measured = try container.decodeIfPresent([MeasuredEdge].self, forKey: .effects).map { effects in
      MeasuredEdges(
        effects, pairs: try container.decode(Int.self, forKey: .pairs),
        tried: try container.decode(Int.self, forKey: .tried),
        seed: try container.decode(UInt64.self, forKey: .seed))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(edges, forKey: .edges)
    try container.encode(compiled, forKey: .compiled)
    try container.encode(dataflow, forKey: .dataflow)
    let missing = edges.compactMap { edge in
      edge.reasonOutsideGraph.map { Missing(from: edge.from, to: edge.to, reason: $0) }
    }
    try container.encode(missing, forKey: .notInGraph)
    try container.encodeIfPresent(measured?.edges, forKey: .effects)
    try container.encodeIfPresent(measured?.pairs, forKey: .pairs)
    try container.encodeIfPresent(measured?.tried, forKey: .tried)
    try container.encodeIfPresent(measured?.seed, forKey: .seed)
    // Null where no transformer has been trained or measured.
    try container.encode(measured?.isCertified, forKey: .certified)
    try container.encode(measured?.notCertified ?? [], forKey: .notCertified)
  }
}
