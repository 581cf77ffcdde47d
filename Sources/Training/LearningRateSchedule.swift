/// How the learning rate goes through an attempt's rounds.
///
/// The first round holds the greatest rate until the worst node comes near its target, or for so long, and then lets
/// it fall to almost nothing: what is left of errors goes mostly in the fall. Every later round starts at
/// a lower rate than the one before and falls all the way.
struct LearningRateSchedule: Codable, Sendable {
  /// Rounds that are over.
  private(set) var round = 0
  /// Steps in which the rate falls; the round ends with them.
  private var fall: Range<Int>

  init(_ settings: SIITSettings) {
    fall = settings.firstHold..<settings.firstHold + settings.firstFall
  }

  /// The round is over after so many steps of the attempt.
  var end: Int { fall.upperBound }

  /// Takes note of how the worst node stands after so many steps, which may begin the first fall.
  mutating func note(_ worst: Double, step: Int, _ settings: SIITSettings) {
    guard round == 0, step < fall.lowerBound, step >= 2 * settings.warmup, worst >= settings.near else {
      return
    }
    fall = step..<step + settings.firstFall
  }

  mutating func beginRound(_ settings: SIITSettings) {
    round += 1
    fall = end..<end + settings.steps
  }

  /// What the settings' learning rates are multiplied by in a step.
  func factor(step: Int, _ settings: SIITSettings) -> Double {
    var factor = 1.0
    if round > 0 {
      for _ in 1..<round { factor *= settings.roundRate }
      factor *= settings.laterRate
    } else if step < settings.warmup {
      factor = Double(step + 1) / Double(settings.warmup)
    }
    guard step > fall.lowerBound else { return factor }
    let done = Double(step - fall.lowerBound) / Double(fall.count)
    return factor * (1 - done + done * settings.finalRate)
  }
}
