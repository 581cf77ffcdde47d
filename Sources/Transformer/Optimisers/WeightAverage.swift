/// A running mean of the weights over the last steps, which is steadier than those of any single step (Polyak
/// and Juditsky, 1992).
package final class WeightAverage {
  package let weights: WeightBuffer
  private let decay: Float
  package private(set) var steps: Int

  /// - Parameter decay: the share of the mean that each step keeps; about the last 1 / (1 - decay) steps
  ///   count
  package init(_ start: WeightBuffer, decay: Float) {
    weights = WeightBuffer(config: start.config)
    weights.load(start.values)
    self.decay = decay
    steps = 0
  }

  /// mean += (1 - decay) (weights - mean), with a smaller decay at first, so that the start is soon
  /// forgotten.
  package func update(_ current: WeightBuffer) {
    steps += 1
    let share = max(1 - decay, min(1, 10 / Float(steps)))
    let mean = weights.base
    let new = current.base
    for i in 0..<weights.count { mean[i] += share * (new[i] - mean[i]) }
  }

  package func restore(_ values: [Float], steps: Int) {
    weights.load(values)
    self.steps = steps
  }
}
