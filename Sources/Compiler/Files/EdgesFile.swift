/// `edges.json`, the ground-truth circuit by the benchmark's convention, and `dataflow.json`, as data flows: pairs of
/// hook names, sorted.
public struct EdgesFile: Codable, Sendable, Equatable {
  public var edges: [[String]]

  public init(_ edges: some Sequence<CircuitEdge>) {
    self.edges = edges.map { [$0.from.hookName, $0.to.hookName] }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  public init(from decoder: Decoder) throws {
    edges = try [[String]](from: decoder)
  }

  public func encode(to encoder: Encoder) throws {
    try edges.encode(to: encoder)
  }

  /// The edges; nil where a name is no node of a transformer.
  public var circuitEdges: [CircuitEdge]? {
    var result: [CircuitEdge] = []
    for pair in edges {
      guard pair.count == 2, let from = CircuitNode(hookName: pair[0]),
        let to = CircuitNode(hookName: pair[1])
      else { return nil }
      result.append(CircuitEdge(from: from, to: to))
    }
    return result
  }
}
