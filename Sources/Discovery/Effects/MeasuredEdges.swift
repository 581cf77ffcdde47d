import Transformer

/// What each edge of a circuit's transformers does: which are causal, and whether the trained transformer holds the
/// circuit.
package struct MeasuredEdges: Sendable, Equatable {
  /// Every edge of the trained transformer's graph, or of the compiled one's where none has been trained.
  package var edges: [MeasuredEdge]
  /// Pairs of inputs that they were measured on.
  package var pairs: Int
  /// Pairs that were looked through to find telling ones.
  package var tried: Int
  /// The seed that the pairs were drawn with.
  package var seed: UInt64

  package init(_ edges: [MeasuredEdge], pairs: Int, tried: Int, seed: UInt64) {
    self.edges = edges
    self.pairs = pairs
    self.tried = tried
    self.seed = seed
  }

  /// The edges that change an output of the compiled transformer.
  package var causal: [CircuitEdge] { edges.filter(\.isCausal).map(\.edge) }

  /// Whether the least effect of a causal edge on the trained transformer is above that of every other edge; nil
  /// where none has been trained.
  package var isCertified: Bool? { border.map { $0.least > $0.greatest } }

  /// The edges because of which it is not.
  package var notCertified: [CircuitEdge] {
    guard let border else { return [] }
    return edges.filter { edge in
      guard let changed = edge.trained?.changed else { return false }
      // Where a causal edge does nothing, the others that do nothing are not to blame.
      return edge.isCausal ? changed <= border.greatest : changed >= border.least && changed > 0
    }.map(\.edge)
  }

  /// The least effect of a causal edge on the trained transformer, and the greatest of another.
  private var border: (least: Double, greatest: Double)? {
    let trained = edges.filter { $0.trained != nil }
    guard !trained.isEmpty else { return nil }
    func changes(causal: Bool) -> [Double] {
      trained.filter { $0.isCausal == causal }.compactMap { $0.trained?.changed }
    }
    return (changes(causal: true).min() ?? .infinity, changes(causal: false).max() ?? -.infinity)
  }
}
