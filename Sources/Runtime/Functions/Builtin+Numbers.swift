import Foundation

/// Functions of numbers.
extension Builtin {
  /// A function of one float.
  private static func real(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Double) -> Double
  ) -> Builtin {
    function("\(name)(x)", summary, 1...1, of: .numbers, to: .float) { arguments in
      let x = try number(name, arguments[0])
      let result = body(x)
      guard !result.isNaN else {
        throw EvaluationError("\(name) is not defined at \(arguments[0].text)")
      }
      guard result.isFinite || !x.isFinite else {
        throw EvaluationError("\(name)(\(arguments[0].text)) is not a finite number")
      }
      return .float(result)
    }
  }

  static let numeric: [Builtin] = [
    function("abs(x)", "the absolute value of x", 1...1, of: .numbers, to: [.int, .float]) { arguments in
      if let integer = arguments[0].integer {
        return integer < 0 ? try Arithmetic.negate(.int(integer)) : .int(integer)
      }
      return .float(abs(try number("abs", arguments[0])))
    },
    function("sign(x)", "-1, 0 or 1", 1...1, of: .numbers, to: .int) { arguments in
      let x = try number("sign", arguments[0])
      return .int(x > 0 ? 1 : x < 0 ? -1 : 0)
    },
    function("floor(x)", "x rounded down to an integer", 1...1, of: .numbers, to: .int) { arguments in
      if let integer = arguments[0].integer { return .int(integer) }
      return .int(try Arithmetic.integer(number("floor", arguments[0]).rounded(.down)))
    },
    function("ceil(x)", "x rounded up to an integer", 1...1, of: .numbers, to: .int) { arguments in
      if let integer = arguments[0].integer { return .int(integer) }
      return .int(try Arithmetic.integer(number("ceil", arguments[0]).rounded(.up)))
    },
    function("trunc(x)", "x without its fractional part", 1...1, of: .numbers, to: .int) { arguments in
      if let integer = arguments[0].integer { return .int(integer) }
      return .int(try Arithmetic.integer(number("trunc", arguments[0]).rounded(.towardZero)))
    },
    function("round_to(x, digits)", "x rounded to that many decimals", 2...2, of: .numbers, to: .float) {
      arguments in
      let digits = try integer("round_to", arguments[1])
      guard (0...100).contains(digits) else {
        throw EvaluationError("round_to takes 0 to 100 digits, not \(digits)")
      }
      return .float(Value.rounded(try number("round_to", arguments[0]), digits: digits))
    },
    function("div(a, b)", "a / b, rounded down to a whole number", 2...2, of: .numbers, to: [.int, .float]) {
      try Arithmetic.floorDivide($0[0], $0[1])
    },
    function("pow(a, b)", "a ^ b", 2...2, of: .numbers, to: [.int, .float]) {
      try Arithmetic.power($0[0], $0[1])
    },
    function("gcd(a, b)", "the greatest common divisor", 2...2, of: [.int, .bool], to: .int) { arguments in
      .int(try gcd(integer("gcd", arguments[0]), integer("gcd", arguments[1])))
    },
    function("lcm(a, b)", "the least common multiple", 2...2, of: [.int, .bool], to: .int) { arguments in
      let a = try integer("lcm", arguments[0])
      let b = try integer("lcm", arguments[1])
      if a == 0 || b == 0 { return .int(0) }
      let product = try Arithmetic.multiply(.int(a / (try gcd(a, b))), .int(b))
      return product.integer! < 0 ? try Arithmetic.negate(product) : product
    },
    function(
      "clamp(x, low, high)", "x limited to the range from low to high", 3...3, of: .numbers,
      to: [.int, .float]
    ) {
      arguments in
      if try Arithmetic.compare(.less, arguments[0], arguments[1]) { return arguments[1] }
      return try Arithmetic.compare(.greater, arguments[0], arguments[2]) ? arguments[2] : arguments[0]
    },
    real("sqrt", "the square root") { $0.squareRoot() },
    real("cbrt", "the cube root") { x in
      // The C library may get the last digit of a cube root wrong.
      let root = cbrt(x)
      let whole = root.rounded()
      return whole * whole * whole == x ? whole : root
    },
    function("exp(x)", "e to the power of x", 1...1, of: .numbers, to: .float) { arguments in
      let x = try number("exp", arguments[0])
      guard x < 709.782712893384 || x.isInfinite else {
        throw EvaluationError("exp(\(arguments[0].text)) is not a finite number")
      }
      return .float(exp(x))
    },
    function("log(x)", "the natural logarithm; log(x, base) to another base", 1...2, of: .numbers, to: .float)
    {
      arguments in
      let x = try number("log", arguments[0])
      guard x > 0 else { throw EvaluationError("log is not defined at \(arguments[0].text)") }
      if arguments.count == 1 { return .float(log(x)) }
      let base = try number("log", arguments[1])
      guard base > 0, base != 1 else {
        throw EvaluationError("\(arguments[1].text) cannot be the base of a logarithm")
      }
      guard x.isFinite || base.isFinite else {
        throw Arithmetic.noValue("log(\(arguments[0].text), \(arguments[1].text))")
      }
      return .float(log(x) / log(base))
    },
    real("log2", "the logarithm to base 2") { $0 > 0 ? log2($0) : .nan },
    real("log10", "the logarithm to base 10") { $0 > 0 ? log10($0) : .nan },
    real("sin", "the sine of an angle in radians") { sin($0) },
    real("cos", "the cosine of an angle in radians") { cos($0) },
    real("tan", "the tangent of an angle in radians") { tan($0) },
    real("asin", "the angle whose sine is x") { asin($0) },
    real("acos", "the angle whose cosine is x") { acos($0) },
    real("atan", "the angle whose tangent is x") { atan($0) },
    function("atan2(y, x)", "the angle of the point (x, y)", 2...2, of: .numbers, to: .float) { arguments in
      .float(atan2(try number("atan2", arguments[0]), try number("atan2", arguments[1])))
    },
    real("sinh", "the hyperbolic sine") { sinh($0) },
    real("cosh", "the hyperbolic cosine") { cosh($0) },
    real("tanh", "the hyperbolic tangent") { tanh($0) },
    real("asinh", "the inverse of the hyperbolic sine") { asinh($0) },
    real("acosh", "the inverse of the hyperbolic cosine") { acosh($0) },
    real("atanh", "the inverse of the hyperbolic tangent") { atanh($0) },
  ]

  private static func gcd(_ a: Int, _ b: Int) throws(EvaluationError) -> Int {
    var (a, b) = (a.magnitude, b.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    guard let result = Int(exactly: a) else { throw EvaluationError("\(a) does not fit in 64 bits") }
    return result
  }
}
