/// Where a run of rounds and attempts stands.
struct TrainingProgress: Codable, Sendable {
  var attempt = 0
  /// Rounds that are over, of all attempts.
  var rounds = 0
  /// Whether the attempt has been given up, so that another begins.
  var attemptIsOver = false
  /// Steps of all attempts.
  var stepsTaken = 0
  var seconds = 0.0
  var isDone = false
  var updates: [TrainingUpdate] = []
  /// The best that a sample of pairs said of any weights, which picked them.
  var bestReport: SIITReport?
  /// The attempt that gave the best report.
  var bestAttempt = 0
  /// What other pairs say of them in the end.
  var result: SIITReport?
}
