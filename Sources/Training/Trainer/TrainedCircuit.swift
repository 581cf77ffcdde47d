import Transformer

/// The result of training: the weights, and the measurement of what they hold.
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
  /// All evaluations during training.
  public let updates: [TrainingUpdate]
}

/// Why a circuit cannot be trained.
public struct TrainingError: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
