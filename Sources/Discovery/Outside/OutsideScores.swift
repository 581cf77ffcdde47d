import Transformer

/// The scores that a method outside of raspc gave the edges or nodes of a transformer, as it named them.
package struct OutsideScores: Sendable {
  /// An edge, or several that the method does not tell apart.
  package struct EdgeEntry: Sendable {
    package var from: ScoredSource
    package var to: ScoredTarget
    package var score: Double
    /// How the file has it, for messages: `a0.h1->m2`.
    package var name: String

    package init(from: ScoredSource, to: ScoredTarget, score: Double, name: String) {
      self.from = from
      self.to = to
      self.score = score
      self.name = name
    }
  }

  package struct NodeEntry: Sendable {
    package var node: ScoredSource
    package var score: Double
    package var name: String

    package init(node: ScoredSource, score: Double, name: String) {
      self.node = node
      self.score = score
      self.name = name
    }
  }

  package var edges: [EdgeEntry]
  package var nodes: [NodeEntry]

  package init(edges: [EdgeEntry], nodes: [NodeEntry]) {
    self.edges = edges
    self.nodes = nodes
  }

  /// The same with absolute values.
  package var absolute: OutsideScores {
    var result = self
    for index in result.edges.indices { result.edges[index].score = abs(result.edges[index].score) }
    for index in result.nodes.indices { result.nodes[index].score = abs(result.nodes[index].score) }
    return result
  }

  /// What the entries tell apart; throws if some entries join what others keep apart.
  package var granularity: Granularity {
    get throws(ScoresError) {
      var result = Granularity()
      func settle(
        _ joined: String?, _ apart: String?, _ what: String, _ key: WritableKeyPath<Granularity, Bool>
      ) throws(ScoresError) {
        if let joined, let apart {
          throw ScoresError(
            "'\(joined)' joins \(what), but '\(apart)' does not; score them one way in the whole file")
        }
        result[keyPath: key] = joined != nil
      }
      func isEmbedding(_ source: ScoredSource) -> Bool {
        source == .node(.embed) || source == .node(.positionEmbed)
      }
      func isHeadInput(_ target: ScoredTarget) -> Bool {
        guard case .input(let input) = target else { return false }
        return switch input {
        case .query, .key, .value: true
        case .mlp, .output: false
        }
      }
      try settle(
        edges.first { $0.from == .embeddings }?.name ?? nodes.first { $0.node == .embeddings }?.name,
        edges.first { isEmbedding($0.from) }?.name ?? nodes.first { isEmbedding($0.node) }?.name,
        "the two embeddings", \.joinsEmbeddings)
      try settle(
        edges.first { if case .head = $0.to { true } else { false } }?.name,
        edges.first { isHeadInput($0.to) }?.name, "the inputs of a head", \.joinsHeadInputs)
      return result
    }
  }

  /// The scores of a graph's edges; nil if only nodes are scored. Joined edges all have the score of their entry.
  ///
  /// - Parameter missing: the score of edges and nodes that are not listed; nil if all must be
  package func edgeScores(on graph: EdgeGraph, missing: Double?) throws(ScoresError) -> [Double]? {
    guard !edges.isEmpty else { return nil }
    var scores = [Double?](repeating: missing, count: graph.edges.count)
    var names = [String?](repeating: nil, count: graph.edges.count)
    for entry in edges {
      try check(entry.score, entry.name)
      for source in entry.from.nodes { try check(source, entry.name, graph) }
      for input in entry.to.inputs { try check(input, entry.name, graph) }
      for source in entry.from.nodes {
        for input in entry.to.inputs {
          guard let index = graph.index(of: Edge(from: source, to: input)) else {
            throw ScoresError(
              "'\(entry.name)' is not an edge of this transformer: it does not go from an earlier component to a "
                + "later one")
          }
          if let other = names[index] {
            throw ScoresError(
              other == entry.name
                ? "'\(entry.name)' is scored twice" : "'\(entry.name)' and '\(other)' score the same edge")
          }
          names[index] = entry.name
          scores[index] = entry.score
        }
      }
    }
    let unscored = graph.edges.indices.filter { scores[$0] == nil }
    if let first = unscored.first {
      throw ScoresError.missing(
        unscored.count, "edge", example: graph.circuitEdges[first].hookNames.joined(separator: " -> "))
    }
    return scores.compactMap { $0 }
  }

  /// The scores of a graph's nodes; nil if only edges are scored.
  package func nodeScores(on graph: EdgeGraph, missing: Double?) throws(ScoresError) -> [Double]? {
    guard !nodes.isEmpty else { return nil }
    var scores = [Double?](repeating: missing, count: graph.sources.count)
    var seen = Set<SourceNode>()
    for entry in nodes {
      try check(entry.score, entry.name)
      for source in entry.node.nodes {
        try check(source, entry.name, graph)
        guard seen.insert(source).inserted else { throw ScoresError("'\(entry.name)' is scored twice") }
        scores[graph.index(of: source)] = entry.score
      }
    }
    let unscored = graph.sources.filter { scores[graph.index(of: $0)] == nil }
    if let first = unscored.first {
      throw ScoresError.missing(unscored.count, "node", example: first.node.hookName)
    }
    return scores.compactMap { $0 }
  }

  private func check(_ score: Double, _ name: String) throws(ScoresError) {
    guard score.isFinite else { throw ScoresError("the score of '\(name)' is not a finite number") }
  }

  private func check(_ node: SourceNode, _ name: String, _ graph: EdgeGraph) throws(ScoresError) {
    let isThere =
      switch node {
      case .embed, .positionEmbed: true
      case .head(let layer, let head): layer < graph.layers && head < graph.heads
      case .mlp(let layer): layer < graph.layers
      }
    guard isThere else { throw ScoresError.unknown(name, graph) }
  }

  private func check(_ input: TargetNode, _ name: String, _ graph: EdgeGraph) throws(ScoresError) {
    guard graph.targets.contains(input) else { throw ScoresError.unknown(name, graph) }
  }
}
