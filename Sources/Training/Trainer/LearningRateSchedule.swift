/// How the learning rate goes through an attempt's rounds.
///
/// The first round holds the greatest rate until the worst node comes near its target, or for so long, and then lets
/// it fall to almost nothing: what is left of errors goes mostly in the fall. A later round starts at a lower rate
/// than the one before and falls all the way; but where the circuit has not formed yet it is another like the first.
struct LearningRateSchedule: Codable, Sendable {
  /// Rounds that are over.
  private(set) var round = 0
  /// The round's greatest factor.
  private var peak = 1.0
  /// Whether the circuit is still to form in this round.
  private var isForming = true
  /// Steps in which the rate falls; the round ends with them.
  private var fall: Range<Int>

  init(_ settings: SIITSettings) {
    fall = settings.firstHold..<settings.firstHold + settings.firstFall
  }

  /// The round is over after so many steps of the attempt.
  var end: Int { fall.upperBound }

  /// Takes note of how the worst node stands after so many steps, which may begin the fall of a round that holds.
  mutating func note(_ worst: Double, step: Int, _ settings: SIITSettings) {
    guard step < fall.lowerBound, step >= 2 * settings.warmup, worst >= settings.near else { return }
    fall = step..<step + settings.firstFall
  }

  /// - Parameter worst: how the worst node stands
  mutating func beginRound(_ worst: Double, _ settings: SIITSettings) {
    round += 1
    isForming = worst < settings.near
    if !isForming {
      peak *= peak == 1 ? settings.laterRate : settings.roundRate
      fall = end..<end + settings.steps
    } else {
      let hold = end + settings.firstHold
      fall = hold..<hold + settings.firstFall
    }
  }

  /// How much a guide to forming the circuit still counts: 1 while the rate is held, and less in its fall.
  func guidance(step: Int) -> Double {
    guard isForming else { return 0 }
    return step <= fall.lowerBound ? 1 : 1 - Double(step - fall.lowerBound) / Double(fall.count)
  }

  /// What the settings' learning rates are multiplied by in a step.
  func factor(step: Int, _ settings: SIITSettings) -> Double {
    let factor = step < settings.warmup ? Double(step + 1) / Double(settings.warmup) : peak
    guard step > fall.lowerBound else { return factor }
    let done = Double(step - fall.lowerBound) / Double(fall.count)
    return factor * (1 - done + done * settings.finalRate)
  }
}
