/// The state of training at an evaluation: one line of `metrics.jsonl`.
public struct TrainingUpdate: Codable, Sendable, Hashable {
  public var attempt: Int
  public var step: Int
  /// Adam's learning rate after this step.
  public var learningRate: Double
  /// The mean losses of the last step per counted position, before weighting.
  public var guideLoss: Double
  public var behaviourLoss: Double
  public var iitLoss: Double
  public var strictLoss: Double
  public var report: SIITReport
}
