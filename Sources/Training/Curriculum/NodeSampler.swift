import Transformer

/// Chooses which node to swap next, or which edge to patch: the more it was lately wrong, the more often.
struct NodeSampler: Codable, Sendable {
  /// Running mean of the share of wrong positions, by node.
  private var errors: [Double]
  /// What the mean takes on of every score.
  private let rate: Double

  init(count: Int, rate: Double = 0.05) {
    errors = Array(repeating: 1, count: count)
    self.rate = rate
  }

  func draw(using generator: inout SeededGenerator) -> Int {
    let mean = errors.reduce(0, +) / Double(errors.count)
    // A fifth of the draws are even, so that no node is forgotten.
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
    // Where the swap changes the output, errors weigh as much as everywhere.
    if score.effective > 0 {
      wrong = max(wrong, 1 - Double(score.effectiveCorrect) / Double(score.effective))
    }
    errors[node] += rate * (wrong - errors[node])
  }
}
