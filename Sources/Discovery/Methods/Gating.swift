/// How gates make an edge mask, and how they become scores of edges and nodes.
struct Gating {
  private let graph: EdgeGraph
  private let gates: SubnetworkProbing.Gates
  let count: Int
  /// The gate on each source's output, and on each target's input; nil if there is none. Used only for gates
  /// over nodes: a head is gated at its query, key and value, everything else at its output.
  private let ofSource: [Int?]
  private let ofTarget: [Int?]

  init(_ gates: SubnetworkProbing.Gates, _ graph: EdgeGraph) {
    self.gates = gates
    self.graph = graph
    switch gates {
    case .edges:
      count = graph.edges.count
      ofSource = []
      ofTarget = []
    case .nodes:
      var next = 0
      func gate() -> Int {
        defer { next += 1 }
        return next
      }
      ofSource = graph.sources.map { source in
        if case .head = source { nil } else { gate() }
      }
      ofTarget = graph.targets.map { target in
        switch target {
        case .query, .key, .value: gate()
        case .mlp, .output: nil
        }
      }
      count = next
    }
  }

  /// The edge mask that the gates make: an edge carries the product of the gates at its ends.
  func mask(_ values: [Double]) -> [Float] {
    switch gates {
    case .edges: return values.map(Float.init)
    case .nodes:
      return forEachEdge { source, target, _ in Float(value(source, values) * value(target, values)) }
    }
  }

  /// The gradient of the gates, given that of the mask.
  func slopes(_ byEdge: [Double], gates values: [Double]) -> [Double] {
    if gates == .edges { return byEdge }
    var slopes = [Double](repeating: 0, count: count)
    _ = forEachEdge { source, target, edge in
      if let source { slopes[source] += byEdge[edge] * value(target, values) }
      if let target { slopes[target] += byEdge[edge] * value(source, values) }
    }
    return slopes
  }

  /// Scores from those of the gates: an edge has the lower score of its two ends, a head the highest of its
  /// inputs.
  func scores(_ values: [Double]) -> DiscoveryScores {
    if gates == .edges { return DiscoveryScores(edges: values, graph: graph) }
    var nodes = ofSource.map { $0.map { values[$0] } ?? 0 }
    for (target, gate) in ofTarget.enumerated() {
      if let gate, let owner = graph.owner(of: target) { nodes[owner] = max(nodes[owner], values[gate]) }
    }
    var edges: [Double] = []
    for target in graph.targets.indices {
      let end = ofTarget[target].map { values[$0] } ?? graph.owner(of: target).map { nodes[$0] } ?? .infinity
      for source in graph.edges(into: target).indices {
        edges.append(min(nodes[source - graph.edges(into: target).lowerBound], end))
      }
    }
    return DiscoveryScores(edges: edges, nodes: nodes)
  }

  private func value(_ gate: Int?, _ values: [Double]) -> Double { gate.map { values[$0] } ?? 1 }

  private func forEachEdge<Result>(_ body: (Int?, Int?, Int) -> Result) -> [Result] {
    graph.targets.indices.flatMap { target in
      graph.edges(into: target).enumerated().map { source, edge in
        body(ofSource[source], ofTarget[target], edge)
      }
    }
  }
}
