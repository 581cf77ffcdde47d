/// The state of training at an evaluation.
package struct TrainingUpdate: Sendable, Hashable {
  package var attempt: Int
  package var step: Int
  /// Adam's learning rate after this step.
  package var learningRate: Double
  /// The mean losses of the last step per counted position, before weighting.
  package var guideLoss: Double
  package var behaviourLoss: Double
  package var iitLoss: Double
  package var strictLoss: Double
  package var report: SIITReport

  package init(
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
