import Transformer

/// What training made: the weights, and the proof of what they hold.
public struct TrainedCircuit: Sendable {
  public let parameters: Parameters
  public let nodes: SIITNodes
  /// Measured at the end on held-out inputs.
  public let report: SIITReport
  /// Whether accuracy and every node reached the target.
  public let reached: Bool
  public let attempts: Int
  public let steps: Int
  public let seconds: Double
  /// Whether the inputs it was measured on were never trained on.
  public let heldOutIsDisjoint: Bool
  /// Every evaluation on the way.
  public let updates: [TrainingUpdate]
}

/// A circuit that cannot be trained, and why.
public struct TrainingError: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
