/// What a trainer reports while it works; an error thrown by any of these closures stops it.
package struct TrainingEvents {
  /// After every step: the number of earlier rounds, the number of steps in this one, and the number of steps
  /// that it may take.
  package var step: (_ rounds: Int, _ step: Int, _ steps: Int) throws -> Void
  package var evaluation: (TrainingUpdate) throws -> Void
  /// From time to time, and at the end.
  package var checkpoint: (TrainingCheckpoint) throws -> Void
  package var secondsBetweenCheckpoints: Double

  package init(
    step: @escaping (Int, Int, Int) throws -> Void = { _, _, _ in },
    evaluation: @escaping (TrainingUpdate) throws -> Void = { _ in },
    checkpoint: @escaping (TrainingCheckpoint) throws -> Void = { _ in },
    secondsBetweenCheckpoints: Double = 10
  ) {
    self.step = step
    self.evaluation = evaluation
    self.checkpoint = checkpoint
    self.secondsBetweenCheckpoints = secondsBetweenCheckpoints
  }
}
