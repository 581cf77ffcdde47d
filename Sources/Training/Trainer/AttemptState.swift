import Transformer

/// What changes in an attempt from step to step, apart from the weights and the state of the optimisers. Only
/// the trainer reads its JSON.
package struct AttemptState: Codable, Sendable {
  /// Steps taken.
  var step = 0
  var schedule: LearningRateSchedule
  var generator: SeededGenerator
  var curriculum: SwapCurriculum

  /// What the next pair of blocks is for.
  mutating func plan(_ sampler: InputSampler, isReplay: Bool) -> SwapCurriculum.Plan {
    if isReplay, let plan = curriculum.replay(sampler, using: &generator) { return plan }
    return curriculum.plan(sampler, using: &generator)
  }

  // MARK: Rates and weights in the next step

  /// Adam's rate.
  func learningRate(_ settings: SIITSettings) -> Double {
    settings.learningRate * schedule.factor(step: step, settings)
  }

  /// Muon's rate.
  func matrixRate(_ settings: SIITSettings) -> Double {
    settings.matrixRate * schedule.factor(step: step, settings)
  }

  /// The weight of the guides.
  func guideShare(_ settings: SIITSettings) -> Double {
    settings.guideWeight * schedule.guidance(step: step)
  }
}
