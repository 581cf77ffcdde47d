/// The progress of a run through rounds and attempts.
package struct TrainingProgress: Sendable, Hashable {
  package var attempt = 0
  /// The number of completed rounds, over all attempts.
  package var rounds = 0
  /// Whether the attempt has been given up, so that another one begins.
  package var attemptIsOver = false
  /// Steps of all attempts.
  package var stepsTaken = 0
  package var seconds = 0.0
  package var isDone = false
  package var updates: [TrainingUpdate] = []
  /// The best report that a sample of pairs gave on any weights; it selected those weights.
  package var bestReport: SIITReport?
  /// The attempt that gave the best report.
  package var bestAttempt = 0
  /// The report on other pairs at the end.
  package var result: SIITReport?

  package init() {}
}
