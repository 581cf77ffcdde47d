/// The progress of a run through rounds and attempts.
struct TrainingProgress: Codable, Sendable {
  var attempt = 0
  /// The number of completed rounds, over all attempts.
  var rounds = 0
  /// Whether the attempt has been given up, so that another begins.
  var attemptIsOver = false
  /// Steps of all attempts.
  var stepsTaken = 0
  var seconds = 0.0
  var isDone = false
  var updates: [TrainingUpdate] = []
  /// The best report that a sample of pairs gave for any weights, which selected them.
  var bestReport: SIITReport?
  /// The attempt that gave the best report.
  var bestAttempt = 0
  /// The report on other pairs at the end.
  var result: SIITReport?
}
