import Transformer

/// The exact effect of every edge of a transformer: how its outputs change if only this edge carries what its
/// source writes on the corrupted input.
package struct EdgeEffects: Sendable {
  /// The effect of cutting one edge.
  package struct Effect: Sendable, Equatable {
    /// The share of counted positions at which the output changes.
    package var changed: Double
    /// The mean divergence of the outputs at counted positions.
    package var divergence: Double

    package init(changed: Double, divergence: Double) {
      self.changed = changed
      self.divergence = divergence
    }
  }

  package let graph: EdgeGraph
  /// In the order of ``EdgeGraph/edges``.
  package let effects: [Effect]

  /// - Parameter tolerance: how far a number must move to count as changed
  package init(_ parameters: Parameters, _ pairs: InputPairs, tolerance: Double) {
    self.init(EdgeSurvey(parameters, tolerance: tolerance), pairs)
  }

  init(_ survey: EdgeSurvey, _ pairs: InputPairs) {
    let edges = survey.graph.edges.indices
    self.init(
      survey.graph, tallies: Dictionary(uniqueKeysWithValues: zip(edges, survey.tally(edges, pairs))),
      countedPositions: pairs.countedPositions)
  }

  /// - Parameter tallies: by edge; an edge without one has no effect
  init(_ graph: EdgeGraph, tallies: [Int: EdgeSurvey.Tally], countedPositions: Int) {
    self.graph = graph
    let counted = Double(max(countedPositions, 1))
    effects = graph.edges.indices.map { edge in
      let tally = tallies[edge] ?? EdgeSurvey.Tally()
      return Effect(
        changed: Double(tally.changed) / counted, divergence: max(0, tally.divergence / counted))
    }
  }

  /// An edge's effect; nil if the graph has no such edge.
  package func effect(of edge: Edge) -> Effect? { graph.index(of: edge).map { effects[$0] } }
}
