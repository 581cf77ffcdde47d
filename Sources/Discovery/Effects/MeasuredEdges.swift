import Transformer

/// What each edge of a circuit's transformers does: which edges are causal, and whether the trained
/// transformer holds the circuit.
package struct MeasuredEdges: Sendable, Equatable {
  /// Every edge of the trained transformer's graph or, if none has been trained, of the compiled one's.
  package var edges: [MeasuredEdge]
  /// The number of pairs of inputs on which they were measured.
  package var pairs: Int
  /// The number of pairs that were searched for telling ones.
  package var tried: Int
  /// The seed with which the pairs were drawn.
  package var seed: UInt64

  package init(_ edges: [MeasuredEdge], pairs: Int, tried: Int, seed: UInt64) {
    self.edges = edges
    self.pairs = pairs
    self.tried = tried
    self.seed = seed
  }

  /// The edges that change an output of the compiled transformer.
  package var causal: [CircuitEdge] { edges.filter(\.isCausal).map(\.edge) }

  /// Whether the smallest effect of a causal edge on the trained transformer is above that of every other
  /// edge; nil if no transformer has been trained.
  package var isCertified: Bool? { border.map { $0.least > $0.greatest } }

  /// The edges that keep it from being certified.
  package var notCertified: [CircuitEdge] {
    guard let border else { return [] }
    return edges.filter { edge in
      guard let changed = edge.trained?.changed else { return false }
      // If a causal edge does nothing, the other edges that do nothing are not to blame.
      return edge.isCausal ? changed <= border.greatest : changed >= border.least && changed > 0
    }.map(\.edge)
  }

  /// The smallest effect of a causal edge on the trained transformer, and the largest effect of any other
  /// edge.
  private var border: (least: Double, greatest: Double)? {
    let trained = edges.filter { $0.trained != nil }
    guard !trained.isEmpty else { return nil }
    func changes(causal: Bool) -> [Double] {
      trained.filter { $0.isCausal == causal }.compactMap { $0.trained?.changed }
    }
    return (changes(causal: true).min() ?? .infinity, changes(causal: false).max() ?? -.infinity)
  }
}
