/// The sum of finite numbers without any rounding, whatever their order and however far apart they are.
///
/// Every finite double is a whole number times a power of two, and so is every sum of doubles. As long as the
/// whole number fits in 128 bits, as it does for nearly all sums in programs, it is stored directly;
/// otherwise the sum is stored in a ``WideSum``, which holds every sum of doubles and is much slower. A sum
/// has only one form, so that equal sums are equal values.
package struct ExactSum: Hashable, Sendable {
  private enum Form: Hashable, Sendable {
    /// A mantissa times a power of two. The mantissa is odd; zero has the exponent 0.
    case narrow(Int128, exponent: Int)
    /// A sum that does not fit in that.
    case wide(WideSum)
  }

  private var form: Form

  private init(_ form: Form) { self.form = form }

  private init(_ mantissa: Int128, times exponent: Int) {
    guard mantissa != 0 else {
      self = .zero
      return
    }
    let zeros = mantissa.trailingZeroBitCount
    form = .narrow(mantissa &>> Int128(zeros), exponent: exponent + zeros)
  }

  private init(_ sum: WideSum) {
    if let (mantissa, exponent) = sum.narrowed {
      self.init(mantissa, times: exponent)
    } else {
      self.init(.wide(sum))
    }
  }

  package init(_ integer: Int) { self.init(Int128(integer), times: 0) }

  /// An integer times a power of two.
  package init(_ integer: Int, times exponent: Int) { self.init(Int128(integer), times: exponent) }

  /// Nil for infinities and nan, which have no sum.
  package init?(exactly number: Double) {
    guard number.isFinite else { return nil }
    let magnitude = Int128(number.significandBitPattern) | (number.isNormal ? 1 << 52 : 0)
    self.init(
      number < 0 ? -magnitude : magnitude,
      times: max(1, Int(number.exponentBitPattern)) - 1 + WideSum.unit)
  }

  /// The sum and one more number, which must be finite.
  package func adding(_ number: Double) -> ExactSum {
    guard let other = ExactSum(exactly: number) else { preconditionFailure("only finite numbers have a sum") }
    return self + other
  }

  /// The sum and one more number.
  package func adding(_ number: Int) -> ExactSum { self + ExactSum(number) }

  /// The double nearest to the sum divided by a number of addends; halfway between two, the even one.
  ///
  /// A zero has no sign; a result beyond all finite doubles, which no mean of doubles is, is infinite.
  package func mean(of count: Int) -> Double {
    precondition(count > 0, "a mean is of one number at least")
    switch form {
    case .wide(let sum): return sum.divided(by: count)
    case .narrow(0, _): return 0
    case .narrow(let mantissa, let exponent):
      // Shifted so far to the left that the quotient has more bits than a double holds.
      let divisor = UInt128(count)
      let width = UInt128.bitWidth - mantissa.magnitude.leadingZeroBitCount
      let shift = max(0, 56 + UInt128.bitWidth - divisor.leadingZeroBitCount - width)
      let (quotient, remainder) = (mantissa.magnitude << shift).quotientAndRemainder(dividingBy: divisor)
      let result = Self.nearest(to: quotient, isMore: remainder != 0, exponent: exponent - shift)
      return mantissa < 0 && result != 0 ? -result : result
    }
  }

  /// The double nearest to a number of more than 53 bits times a power of two.
  ///
  /// - Parameter isMore: whether the true number is a little greater, by less than 1.
  static func nearest(to number: UInt128, isMore: Bool, exponent: Int) -> Double {
    let width = UInt128.bitWidth - number.leadingZeroBitCount
    // Subnormal doubles have fewer bits; the last of these stands for the unit.
    let unit = max(exponent + width - 53, WideSum.unit)
    let dropped = unit - exponent
    guard dropped <= width else { return 0 }
    var kept = number >> dropped
    let rest = number - kept << dropped
    let half: UInt128 = 1 << (dropped - 1)
    if rest > half || rest == half && (isMore || kept & 1 == 1) { kept += 1 }
    return Double(sign: .plus, exponent: unit, significand: Double(UInt64(kept)))
  }
}

extension ExactSum: AdditiveArithmetic {
  package static let zero = ExactSum(.narrow(0, exponent: 0))

  package static func + (a: ExactSum, b: ExactSum) -> ExactSum {
    if case .narrow(let x, let i) = a.form, case .narrow(let y, let j) = b.form {
      if x == 0 { return b }
      if y == 0 { return a }
      let (high, low) = i > j ? (x, y) : (y, x)
      let shift = abs(i - j)
      if shift < high.magnitude.leadingZeroBitCount {
        let (sum, overflow) = (high &<< Int128(shift)).addingReportingOverflow(low)
        if !overflow { return ExactSum(sum, times: min(i, j)) }
      }
    }
    return ExactSum(a.widened + b.widened)
  }

  package static func - (a: ExactSum, b: ExactSum) -> ExactSum { a + -b }

  package static prefix func - (a: ExactSum) -> ExactSum {
    switch a.form {
    case .narrow(let mantissa, let exponent): ExactSum(.narrow(-mantissa, exponent: exponent))
    case .wide(let sum): ExactSum(-sum)
    }
  }

  private var widened: WideSum {
    switch form {
    case .narrow(let mantissa, let exponent): WideSum(mantissa, exponent: exponent)
    case .wide(let sum): sum
    }
  }
}

extension ExactSum: Comparable {
  package static func < (a: ExactSum, b: ExactSum) -> Bool {
    switch (a - b).form {
    case .narrow(let mantissa, _): mantissa < 0
    case .wide(let sum): sum.isNegative
    }
  }
}
