/// How the learning rate changes over the rounds of an attempt.
///
/// The first round holds the peak rate until the worst node comes near its target, or for a maximum number of
/// steps, and then decays it to almost nothing; most of the remaining errors vanish during the decay. A later
/// round starts at a lower rate than the one before and decays throughout, unless the circuit has not formed
/// yet; then it is like the first.
struct LearningRateSchedule: Codable, Sendable {
  /// The number of completed rounds.
  private(set) var round = 0
  /// The worst node's share at the end of the last round.
  private(set) var worst: Double?
  /// The round's peak factor.
  private var peak = 1.0
  /// Whether the circuit has yet to form in this round.
  private var isForming = true
  /// The steps of the decay; the round ends with it.
  private var fall: Range<Int>

  init(_ settings: SIITSettings) {
    fall = settings.firstHold..<settings.firstHold + settings.firstFall
  }

  /// The step of the attempt at which the round ends.
  var end: Int { fall.upperBound }

  /// Records the worst node's share after this many steps, which may start the decay of a round that holds
  /// its rate.
  mutating func note(_ worst: Double, step: Int, _ settings: SIITSettings) {
    guard step < fall.lowerBound, step >= 2 * settings.warmup, worst >= settings.near else { return }
    fall = step..<step + settings.firstFall
  }

  /// - Parameter worst: the worst node's share
  mutating func beginRound(_ worst: Double, _ settings: SIITSettings) {
    round += 1
    self.worst = worst
    isForming = worst < settings.formed
    if !isForming {
      peak *= peak == 1 ? settings.laterRate : settings.roundRate
      fall = end..<end + settings.steps
    } else {
      let hold = end + settings.firstHold
      fall = hold..<hold + settings.firstFall
    }
  }

  /// The weight of guides that help the circuit form: 1 while the rate is held, and less during the decay.
  func guidance(step: Int) -> Double {
    guard isForming else { return 0 }
    return step <= fall.lowerBound ? 1 : 1 - Double(step - fall.lowerBound) / Double(fall.count)
  }

  /// The factor on the settings' learning rates in a step.
  func factor(step: Int, _ settings: SIITSettings) -> Double {
    let factor = step < settings.warmup ? Double(step + 1) / Double(settings.warmup) : peak
    guard step > fall.lowerBound else { return factor }
    let done = Double(step - fall.lowerBound) / Double(fall.count)
    return factor * (1 - done + done * settings.finalRate)
  }
}
