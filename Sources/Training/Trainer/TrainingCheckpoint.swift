/// The state of a training run between two steps. A run resumed from it ends with the same bytes as one that
/// was never stopped.
package struct TrainingCheckpoint: Sendable {
  package let progress: TrainingProgress
  package let attempt: AttemptSnapshot
  /// The weights that gave the best report so far.
  package let best: [Float]?

  package init(progress: TrainingProgress, attempt: AttemptSnapshot, best: [Float]?) {
    self.progress = progress
    self.attempt = attempt
    self.best = best
  }

  /// Evaluations so far.
  package var updates: [TrainingUpdate] { progress.updates }
}
