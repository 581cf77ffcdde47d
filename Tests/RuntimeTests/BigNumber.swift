/// An exact number to compare with: whole multiples of 2^-1200, in digits of 24 bits that may be of either
/// sign until they are compared.
struct BigNumber {
  private static let unit = -1200
  private static let digitBits = 24
  private var digits = [Int](repeating: 0, count: 120)

  static func sum(_ numbers: some Sequence<Double>) -> BigNumber {
    var result = BigNumber()
    for number in numbers { result.add(number) }
    return result
  }

  mutating func add(_ number: Double) {
    guard number != 0 else { return }
    // An integer of 53 bits times a power of two.
    let exponent = Int(max(number.exponent, -1022)) - 52
    var rest = UInt64(
      number.magnitude / Double(sign: .plus, exponent: exponent / 2, significand: 1)
        / Double(sign: .plus, exponent: exponent - exponent / 2, significand: 1))
    let (place, shift) = (exponent - Self.unit).quotientAndRemainder(dividingBy: Self.digitBits)
    let sign = number < 0 ? -1 : 1
    digits[place] += sign * Int(rest << UInt64(shift) & 0xFF_FFFF)
    rest >>= UInt64(Self.digitBits - shift)
    for next in 1...3 {
      digits[place + next] += sign * Int(rest & 0xFF_FFFF)
      rest >>= 24
    }
  }

  static func * (number: BigNumber, factor: Int) -> BigNumber {
    var result = number
    for place in result.digits.indices { result.digits[place] *= factor }
    return result
  }

  /// -1, 0 or 1.
  static func compare(_ a: BigNumber, _ b: BigNumber) -> Int {
    var carry = 0
    var isZero = true
    for (x, y) in zip(a.digits, b.digits) {
      let digit = x - y + carry
      if digit & 0xFF_FFFF != 0 { isZero = false }
      carry = digit >> digitBits
    }
    return carry < 0 ? -1 : isZero && carry == 0 ? 0 : 1
  }
}
