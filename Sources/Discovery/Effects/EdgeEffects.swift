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
    graph = survey.graph
    let counted = Double(max(pairs.countedPositions, 1))
    effects = survey.tally(survey.graph.edges.indices, pairs).map {
      Effect(changed: Double($0.changed) / counted, divergence: max(0, $0.divergence / counted))
    }
  }
}
