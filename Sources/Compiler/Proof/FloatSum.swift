/// Bounds what float32 arithmetic makes of a sum of products, in whatever order they are added.
///
/// Products whose sum stays below 2^24 times their last bit are added without any rounding; else each of n
/// additions rounds by half a unit in the last place of at most the sum of all magnitudes (Higham, "Accuracy and
/// Stability of Numerical Algorithms", 2nd ed., section 3.1). Zeros are added without rounding and do not count.
struct FloatSum {
  private(set) var value = 0.0
  /// The sum of the terms' magnitudes.
  private(set) var magnitude = 0.0
  private var terms = 0
  /// The exponent of the last bit that any term has.
  private var lastBit = Int.max
  private var isExact = true

  /// Half a unit in the last place of a float32 near 1.
  static let unit = 0x1p-24

  /// Adds the product of two float32 numbers.
  mutating func add(_ a: Double, _ b: Double = 1) {
    let term = a * b
    guard term != 0 else { return }
    value += term
    magnitude += abs(term)
    terms += 1
    guard isExact else { return }
    // Doubles hold the product of two floats exactly.
    let exponent = Int(term.exponent) - term.significandWidth
    lastBit = min(lastBit, exponent)
    if Double(Float(term)) != term { isExact = false }
  }

  /// How far the sum may be off.
  var rounding: Double {
    if terms <= 1 { return isExact ? 0 : magnitude * Self.unit }
    if isExact, magnitude <= Double(sign: .plus, exponent: 24 + lastBit, significand: 1) { return 0 }
    return magnitude * Self.unit * Double(terms + 1) * 1.01
  }
}
