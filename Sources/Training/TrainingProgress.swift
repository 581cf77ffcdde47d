import Transformer

/// What changes from step to step besides weights and Adam's moments.
struct TrainingProgress: Codable, Sendable {
  var attempt = 0
  /// Steps of this attempt.
  var step = 0
  /// Steps of all attempts.
  var stepsTaken = 0
  var seconds = 0.0
  var isDone = false
  var generator: SeededGenerator
  var alignedSampler: NodeSampler
  var updates: [TrainingUpdate] = []
  var bestReport: SIITReport?

  /// The aligned node to swap next.
  mutating func drawNode() -> Int { alignedSampler.draw(using: &generator) }

  func isReached(_ settings: SIITSettings) -> Bool { bestReport.map { $0.worst >= settings.target } ?? false }
}
