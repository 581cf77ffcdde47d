import Transformer

/// What one edge does in a circuit's two transformers.
public struct MeasuredEdge: Sendable, Equatable {
  public var edge: CircuitEdge
  /// Nil where the compiled transformer has no such edge.
  public var compiled: EdgeEffects.Effect?
  /// Nil where no transformer has been trained.
  public var trained: EdgeEffects.Effect?

  public init(edge: CircuitEdge, compiled: EdgeEffects.Effect?, trained: EdgeEffects.Effect?) {
    self.edge = edge
    self.compiled = compiled
    self.trained = trained
  }

  /// Whether it changes any output of the compiled transformer.
  public var isCausal: Bool { (compiled?.changed ?? 0) > 0 }
}
