import Transformer

/// Chooses which node to swap, or which edge to patch, next: the more often it was wrong recently, the more
/// likely it is.
struct NodeSampler: Codable, Sendable {
  /// The running mean of the share of wrong positions, by node.
  private var errors: [Double]
  /// The weight of each new score in the mean.
  private let rate: Double

  init(count: Int, rate: Double = 0.05) {
    errors = Array(repeating: 1, count: count)
    self.rate = rate
  }

  func draw(using generator: inout SeededGenerator) -> Int {
    let mean = errors.reduce(0, +) / Double(errors.count)
    // A fifth of the draws are uniform, so that no node is forgotten.
    let weights = errors.map { $0 + mean / 4 + 1e-9 }
    var rest = generator.uniform() * weights.reduce(0, +)
    for (node, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return node }
    }
    return errors.count - 1
  }

  mutating func note(_ node: Int, _ score: BlockScore) {
    guard score.counted > 0 else { return }
    var wrong = 1 - Double(score.correct) / Double(score.counted)
    // Errors at positions where the swap changes the output count as much as errors over all positions.
    if score.effective > 0 {
      wrong = max(wrong, 1 - Double(score.effectiveCorrect) / Double(score.effective))
    }
    errors[node] += rate * (wrong - errors[node])
  }
}
