/// A sum of finite doubles as one long integer: a multiple of the smallest positive double.
///
/// It has room for 2^300 of the largest doubles. ``ExactSum`` uses it for sums that do not fit in 128 bits.
struct WideSum: Hashable, Sendable {
  /// The exponent of the smallest positive double.
  static let unit = -1074
  private static let count = 40

  /// In two's complement, lowest word first.
  private var words: [UInt64]

  private init(_ words: [UInt64]) { self.words = words }

  init(_ mantissa: Int128, exponent: Int) {
    let low = UInt64(truncatingIfNeeded: mantissa.magnitude)
    let high = UInt64(truncatingIfNeeded: mantissa.magnitude >> 64)
    let (place, shift) = (exponent - Self.unit).quotientAndRemainder(dividingBy: 64)
    var words = [UInt64](repeating: 0, count: Self.count)
    words[place] = low << shift
    words[place + 1] = high << shift | low >> (64 - shift)
    words[place + 2] = high >> (64 - shift)
    self.words = words
    if mantissa < 0 { self = -self }
  }

  var isNegative: Bool { words[Self.count - 1] >> 63 == 1 }

  private var magnitude: [UInt64] { isNegative ? (-self).words : words }

  static func + (a: WideSum, b: WideSum) -> WideSum {
    var sum = a.words
    var carry: UInt64 = 0
    for place in sum.indices {
      let (first, overflow) = sum[place].addingReportingOverflow(b.words[place])
      let (second, another) = first.addingReportingOverflow(carry)
      sum[place] = second
      carry = overflow || another ? 1 : 0
    }
    return WideSum(sum)
  }

  static prefix func - (a: WideSum) -> WideSum {
    var one = [UInt64](repeating: 0, count: count)
    one[0] = 1
    return WideSum(a.words.map { ~$0 }) + WideSum(one)
  }

  /// The sum as a mantissa of 127 bits and a sign times a power of two; nil if it needs more bits.
  var narrowed: (mantissa: Int128, exponent: Int)? {
    let magnitude = magnitude
    guard let width = Self.width(magnitude) else { return (0, 0) }
    let place = magnitude.firstIndex { $0 != 0 }!
    let lowest = place * 64 + magnitude[place].trailingZeroBitCount
    guard width - lowest < Int128.bitWidth else { return nil }
    let mantissa = Int128(Self.bits(magnitude, from: lowest))
    return (isNegative ? -mantissa : mantissa, lowest + Self.unit)
  }

  /// The double nearest to the sum divided by a whole number; halfway between two, the even one.
  ///
  /// The sum must be one that cannot be narrowed, so that the quotient has more bits than a double.
  func divided(by divisor: Int) -> Double {
    var quotient = magnitude
    var remainder: UInt64 = 0
    for place in quotient.indices.reversed() {
      (quotient[place], remainder) = UInt64(divisor).dividingFullWidth((remainder, quotient[place]))
    }
    let lowest = max(0, Self.width(quotient)! - UInt128.bitWidth)
    let isMore = remainder != 0 || Self.bits(quotient, below: lowest)
    let result = ExactSum.nearest(
      to: Self.bits(quotient, from: lowest), isMore: isMore, exponent: lowest + Self.unit)
    return isNegative ? -result : result
  }

  /// The number of bits up to the highest bit that is set; nil for zero.
  private static func width(_ words: [UInt64]) -> Int? {
    words.lastIndex { $0 != 0 }.map { $0 * 64 + 64 - words[$0].leadingZeroBitCount }
  }

  /// The 128 bits that start at the given one.
  private static func bits(_ words: [UInt64], from start: Int) -> UInt128 {
    let (place, shift) = start.quotientAndRemainder(dividingBy: 64)
    func word(_ place: Int) -> UInt128 { place < words.count ? UInt128(words[place]) : 0 }
    return word(place) >> shift | word(place + 1) << (64 - shift) | word(place + 2) << (128 - shift)
  }

  /// Whether any bit below the given one is set.
  private static func bits(_ words: [UInt64], below end: Int) -> Bool {
    let (place, shift) = end.quotientAndRemainder(dividingBy: 64)
    return words[..<place].contains { $0 != 0 } || words[place] << (64 - shift) != 0
  }
}
