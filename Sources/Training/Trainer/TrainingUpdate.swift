/// The state of training at an evaluation.
public struct TrainingUpdate: Sendable, Hashable {
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

  public init(
    attempt: Int, step: Int, learningRate: Double, guideLoss: Double, behaviourLoss: Double, iitLoss: Double,
    strictLoss: Double, report: SIITReport
  ) {
    self.attempt = attempt
    self.step = step
    self.learningRate = learningRate
    self.guideLoss = guideLoss
    self.behaviourLoss = behaviourLoss
    self.iitLoss = iitLoss
    self.strictLoss = strictLoss
    self.report = report
  }
}
