import Foundation
import Testing

@testable import Training

@Suite struct LearningRateScheduleTests {
  let settings = {
    var settings = SIITSettings()
    settings.steps = 160
    settings.warmup = 10
    settings.laterRate = 0.5
    settings.roundRate = 0.8
    settings.finalRate = 0.1
    settings.near = 0.95
    settings.formed = 0.8
    return settings
  }()

  @Test("The first round warms up, holds and decays, and has the length in the settings")
  func firstRound() {
    let schedule = LearningRateSchedule(settings)
    func factor(_ step: Int) -> Double { schedule.factor(step: step, settings) }
    #expect(factor(0) == 0.1)
    #expect(factor(9) == 1)
    #expect((10...120).allSatisfy { factor($0) == 1 })
    #expect(schedule.end == 150)
    #expect(abs(factor(135) - 0.55) < 1e-12)
    #expect(abs(factor(150) - 0.1) < 1e-12)
    #expect((120..<150).allSatisfy { factor($0 + 1) < factor($0) })
  }

  @Test("The rate decays as soon as the worst node is near the target, but not during warm-up, and only once")
  func early() {
    var schedule = LearningRateSchedule(settings)
    schedule.note(0.99, step: 10, settings)
    #expect(schedule.end == 150)
    schedule.note(0.94, step: 30, settings)
    #expect(schedule.end == 150)
    schedule.note(0.95, step: 30, settings)
    #expect(schedule.end == 60)
    schedule.note(1, step: 50, settings)
    #expect(schedule.end == 60)
    #expect(schedule.factor(step: 30, settings) == 1)
    #expect(schedule.factor(step: 45, settings) < 1)
  }

  @Test("Each later round starts at a lower rate and decays throughout")
  func later() {
    var schedule = LearningRateSchedule(settings)
    for (round, peak) in [(1, 0.5), (2, 0.4), (3, 0.32)] {
      let start = schedule.end
      schedule.beginRound(0.96, settings)
      #expect(schedule.round == round)
      #expect(schedule.end == start + 160)
      #expect(abs(schedule.factor(step: start, settings) - peak) < 1e-12)
      #expect(abs(schedule.factor(step: start + 80, settings) - peak * 0.55) < 1e-12)
      schedule.note(1, step: start + 40, settings)
      #expect(schedule.end == start + 160)
    }
  }

  @Test("A circuit that has not formed gets another round like the first, at the same rate")
  func unformed() {
    var schedule = LearningRateSchedule(settings)
    schedule.beginRound(0.7, settings)
    #expect(schedule.end == 300)
    #expect((151...270).allSatisfy { schedule.factor(step: $0, settings) == 1 })
    schedule.note(0.96, step: 200, settings)
    #expect(schedule.end == 230)
    schedule.beginRound(0.8, settings)
    #expect(abs(schedule.factor(step: 230, settings) - 0.5) < 1e-12)
    #expect(schedule.worst == 0.8)
  }

  @Test("An attempt goes on while it improves, or is near the target, and not for more rounds than it may")
  func promising() {
    var settings = settings
    (settings.target, settings.roundsPerAttempt) = (0.999, 7)
    func isPromising(_ worst: Double, _ previous: Double?, _ rounds: Int) -> Bool {
      settings.isPromising(worst, previous: previous, rounds: rounds)
    }
    #expect(isPromising(0.2, nil, 1) && isPromising(0.2, 0.3, 2))
    #expect(!isPromising(0.9, 0.9, 3) && !isPromising(0.9, 0.88, 3) && isPromising(0.9, 0.86, 3))
    #expect(isPromising(0.95, 0.95, 6) && !isPromising(0.95, 0.5, 7))
    #expect(isPromising(0.997, 0.999, 11))
  }

  @Test("A guide has full weight while the rate is held, and fades to zero during the decay")
  func guidance() {
    var schedule = LearningRateSchedule(settings)
    #expect((0...120).allSatisfy { schedule.guidance(step: $0) == 1 })
    #expect(abs(schedule.guidance(step: 135) - 0.5) < 1e-12)
    #expect(schedule.guidance(step: 150) == 0)
    #expect((120..<150).allSatisfy { schedule.guidance(step: $0 + 1) < schedule.guidance(step: $0) })
    // A circuit that has not formed is guided again, one that has is not.
    var later = schedule
    later.beginRound(0.7, settings)
    #expect((151...270).allSatisfy { later.guidance(step: $0) == 1 })
    #expect(later.guidance(step: 285) == 0.5)
    schedule.beginRound(0.96, settings)
    #expect((151...310).allSatisfy { schedule.guidance(step: $0) == 0 })
  }
}
