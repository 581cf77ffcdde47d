import Transformer

/// The result of training: the weights, and how well they hold the circuit.
package struct TrainedCircuit: Sendable {
  package let parameters: Parameters
  package let nodes: SIITNodes
  /// Measured at the end on held-out inputs.
  package let report: SIITReport
  /// Whether accuracy and every node reached the target.
  package let reached: Bool
  package let attempts: Int
  package let steps: Int
  package let seconds: Double
  /// Whether the inputs that it was measured on were never trained on.
  package let heldOutIsDisjoint: Bool
  /// All evaluations during training.
  package let updates: [TrainingUpdate]
}

/// Why a circuit cannot be trained.
package struct TrainingError: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}
