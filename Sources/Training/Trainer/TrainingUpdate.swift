/// Where training stood at an evaluation: one line of `metrics.jsonl`.
public struct TrainingUpdate: Codable, Sendable, Hashable {
  public var attempt: Int
  public var step: Int
  /// Adam's, after this step.
  public var learningRate: Double
  /// Mean losses of the last step per counted position, before weighting.
  public var guideLoss: Double
  public var behaviourLoss: Double
  public var iitLoss: Double
  public var strictLoss: Double
  public var report: SIITReport
}
