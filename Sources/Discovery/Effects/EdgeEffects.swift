import Transformer

/// The exact effect of every edge of a transformer: what becomes of its outputs when the edge alone carries what its
/// source writes on the corrupted input.
public struct EdgeEffects: Sendable {
  /// What cutting one edge does.
  public struct Effect: Sendable, Equatable {
    /// The share of counted positions whose output changes.
    public var changed: Double
    /// The mean divergence of the outputs of counted positions.
    public var divergence: Double
  }

  public let graph: EdgeGraph
  /// In the order of ``EdgeGraph/edges``.
  public let effects: [Effect]

  /// - Parameter tolerance: a number has changed where it has moved by more than this
  public init(_ parameters: Parameters, _ pairs: InputPairs, tolerance: Double) {
    self.init(EdgeSurvey(parameters, tolerance: tolerance), pairs)
  }

  init(_ survey: EdgeSurvey, _ pairs: InputPairs) {
    let edges = survey.graph.edges.indices
    self.init(
      survey.graph, tallies: Dictionary(uniqueKeysWithValues: zip(edges, survey.tally(edges, pairs))),
      countedPositions: pairs.countedPositions)
  }

  /// - Parameter tallies: by edge; one that has none does nothing
  init(_ graph: EdgeGraph, tallies: [Int: EdgeSurvey.Tally], countedPositions: Int) {
    self.graph = graph
    let counted = Double(max(countedPositions, 1))
    effects = graph.edges.indices.map { edge in
      let tally = tallies[edge] ?? EdgeSurvey.Tally()
      return Effect(
        changed: Double(tally.changed) / counted, divergence: max(0, tally.divergence / counted))
    }
  }

  /// An edge's effect; nil where the graph has no such edge. The output of any transformer stands for this one's.
  public func effect(of edge: Edge) -> Effect? {
    var edge = edge
    if case .output = edge.to { edge = Edge(from: edge.from, to: .output(layers: graph.layers)) }
    return graph.index(of: edge).map { effects[$0] }
  }
}
