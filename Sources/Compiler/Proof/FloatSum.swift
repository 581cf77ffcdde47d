/// Bounds the float32 result of a sum of products, added in any order.
///
/// Products whose sum stays below 2^24 times their last bit are added without any rounding. Otherwise, every
/// product rounds by half a unit in the last place, and every addition by half a unit of the sum so far: of
/// the sum itself if there are two terms, of the sum of all magnitudes if there are more (Higham, "Accuracy
/// and Stability of Numerical Algorithms", 2nd ed., section 3.1). Zeros are added without rounding and do not
/// count.
struct FloatSum {
  private(set) var value = 0.0
  /// The sum of the magnitudes of all terms, and of those that are products.
  private var magnitude = 0.0
  private var products = 0.0
  private var terms = 0
  /// The exponent of the last bit of any term.
  private var lastBit = Int.max
  private var isExact = true

  /// Half a unit in the last place of a float32 near 1.
  static let unit = 0x1p-24

  /// Adds a float32 number.
  mutating func add(_ number: Double) { add(number, 1, isProduct: false) }

  /// Adds the product of two float32 numbers.
  mutating func add(_ a: Double, _ b: Double) { add(a, b, isProduct: true) }

  private mutating func add(_ a: Double, _ b: Double, isProduct: Bool) {
    let term = a * b
    guard term != 0 else { return }
    value += term
    magnitude += abs(term)
    if isProduct { products += abs(term) }
    terms += 1
    guard isExact else { return }
    // Doubles hold the product of two floats exactly.
    lastBit = min(lastBit, Int(term.exponent) - term.significandWidth)
    if Double(Float(term)) != term { isExact = false }
  }

  /// A bound on the error of the sum.
  var rounding: Double {
    if terms == 0 { return 0 }
    if isExact, terms == 1 || magnitude <= Double(sign: .plus, exponent: 24 + lastBit, significand: 1) {
      return 0
    }
    return roundingOfOthers
  }

  /// A bound on the error of the sum if the terms themselves are not exact.
  var roundingOfOthers: Double {
    if terms == 0 { return 0 }
    let additions = terms <= 2 ? abs(value) * Double(terms - 1) : magnitude * Double(terms - 1)
    // A little more, since roundings affect each other.
    return (products + additions) * Self.unit * 1.001
  }
}
