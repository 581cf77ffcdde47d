import Transformer

/// What one edge does in a circuit's two transformers.
package struct MeasuredEdge: Sendable, Equatable {
  package var edge: CircuitEdge
  /// Nil if the compiled transformer has no such edge.
  package var compiled: EdgeEffects.Effect?
  /// Nil if no transformer has been trained.
  package var trained: EdgeEffects.Effect?

  package init(edge: CircuitEdge, compiled: EdgeEffects.Effect?, trained: EdgeEffects.Effect?) {
    self.edge = edge
    self.compiled = compiled
    self.trained = trained
  }

  /// Whether it changes any output of the compiled transformer.
  package var isCausal: Bool { (compiled?.changed ?? 0) > 0 }
}
