import Transformer

/// What changes in an attempt from step to step besides weights and what their update rules remember. Its JSON is for the
/// trainer alone.
package struct AttemptState: Codable, Sendable {
  /// Steps taken.
  var step = 0
  var schedule: LearningRateSchedule
  var generator: SeededGenerator
  var curriculum: SwapCurriculum

  /// The purpose of the next pair of blocks.
  mutating func plan(_ sampler: InputSampler, isReplay: Bool) -> SwapCurriculum.Plan {
    if isReplay, let plan = curriculum.replay(sampler, using: &generator) { return plan }
    return curriculum.plan(sampler, using: &generator)
  }

  // MARK: What the schedule makes of settings in the next step

  /// Adam's rate.
  func learningRate(_ settings: SIITSettings) -> Double {
    settings.learningRate * schedule.factor(step: step, settings)
  }

  /// Muon's rate.
  func matrixRate(_ settings: SIITSettings) -> Double {
    settings.matrixRate * schedule.factor(step: step, settings)
  }

  /// What readings of variables weigh.
  func guideShare(_ settings: SIITSettings) -> Double {
    settings.guideWeight * schedule.guidance(step: step)
  }
}
