import Transformer

/// What a checkpoint keeps of an attempt between two steps; buffers are in packed layout.
package struct AttemptSnapshot: Sendable {
  package var state: AttemptState
  package var weights: [Float]
  package var average: [Float]
  package var moments: [Float]
  package var probes: [Float]

  package init(state: AttemptState, weights: [Float], average: [Float], moments: [Float], probes: [Float]) {
    self.state = state
    self.weights = weights
    self.average = average
    self.moments = moments
    self.probes = probes
  }
}

extension AttemptSnapshot {
  init(_ state: AttemptState, _ step: TrainingStep) {
    self.init(
      state: state, weights: step.pass.weights.values, average: step.average.weights.values,
      moments: step.optimiser.moments, probes: step.probes.values)
  }

  /// Restores everything but the state; throws if the transformer is of another size.
  func restore(_ step: TrainingStep) throws(TrainingError) {
    let count = step.pass.weights.count
    guard weights.count == count, average.count == count, moments.count == Optimiser.momentCount(count),
      probes.count == step.probes.valueCount
    else { throw TrainingError("the checkpoint belongs to a transformer of another size") }
    step.pass.weights.load(weights)
    step.average.restore(average, steps: state.step)
    step.optimiser.restore(moments, steps: state.step)
    step.probes.restore(probes, steps: state.step)
  }
}
