import Foundation
import Parser

/// RASP's operators on two values. They follow Python, except that integers have 64 bits: a result that does
/// not fit is an error, never a wrong number. An operation without a value is an error, too; none gives nan.
enum Arithmetic {
  /// The longest text that an operation may make.
  static let maximumTextLength = 1_000_000

  static func apply(_ op: BinaryOperator, _ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    switch op {
    case .and: return a.isTrue ? b : a
    case .or: return a.isTrue ? a : b
    default: break
    }
    if a.isNone || b.isNone { return .none }
    switch op {
    case .add: return try add(a, b)
    case .subtract: return try subtract(a, b)
    case .multiply: return try multiply(a, b)
    case .divide: return try divide(a, b)
    case .modulo: return try modulo(a, b)
    case .power: return try power(a, b)
    case .equal: return .bool(a.equals(b))
    case .notEqual: return .bool(!a.equals(b))
    default: return .bool(try compare(op.comparison!, a, b))
    }
  }

  static func compare(_ comparison: Comparison, _ a: Value, _ b: Value) throws(EvaluationError) -> Bool {
    switch comparison {
    case .equal: return a.equals(b)
    case .notEqual: return !a.equals(b)
    default: break
    }
    guard let order = a.order(b) else { throw mismatch(comparison.rawValue, a, b) }
    switch comparison {
    case .less: return order == .less
    case .lessOrEqual: return order == .less || order == .equal
    case .greater: return order == .greater
    default: return order == .greater || order == .equal
    }
  }

  static func add(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    if case .string(let x) = a, case .string(let y) = b {
      return .string(try text(x, plus: y))
    }
    if let x = a.integer, let y = b.integer {
      let (sum, overflow) = x.addingReportingOverflow(y)
      guard !overflow else { throw tooLarge("+", a, b) }
      return .int(sum)
    }
    guard let x = a.number, let y = b.number else { throw mismatch("+", a, b) }
    return try float(x + y, "+", a, b)
  }

  static func subtract(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    if let x = a.integer, let y = b.integer {
      let (difference, overflow) = x.subtractingReportingOverflow(y)
      guard !overflow else { throw tooLarge("-", a, b) }
      return .int(difference)
    }
    guard let x = a.number, let y = b.number else { throw mismatch("-", a, b) }
    return try float(x - y, "-", a, b)
  }

  static func multiply(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    if case .string(let text) = a, let count = b.integer { return .string(try text.repeated(count)) }
    if case .string(let text) = b, let count = a.integer { return .string(try text.repeated(count)) }
    if let x = a.integer, let y = b.integer {
      let (product, overflow) = x.multipliedReportingOverflow(by: y)
      guard !overflow else { throw tooLarge("*", a, b) }
      return .int(product)
    }
    guard let x = a.number, let y = b.number else { throw mismatch("*", a, b) }
    return try float(x * y, "*", a, b)
  }

  static func divide(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    guard let x = a.number, let y = b.number else { throw mismatch("/", a, b) }
    guard y != 0 else { throw EvaluationError("division by zero") }
    return try float(x / y, "/", a, b)
  }

  /// Python's `%`: the result has the sign of the divisor.
  static func modulo(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    if case .string(let format) = a { return .string(try format.formatted(with: b)) }
    if let x = a.integer, let y = b.integer {
      guard y != 0 else { throw EvaluationError("modulo by zero") }
      // The one pair whose quotient overflows.
      if y == -1 { return .int(0) }
      let remainder = x % y
      return .int(remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder)
    }
    guard let x = a.number, let y = b.number else { throw mismatch("%", a, b) }
    guard y != 0 else { throw EvaluationError("modulo by zero") }
    guard x.isFinite else { throw noValue("\(a.text) % \(b.text)") }
    let remainder = fmod(x, y)
    if remainder == 0 { return .float(copysign(0, y)) }
    return .float((remainder < 0) != (y < 0) ? remainder + y : remainder)
  }

  /// Integer division, rounded down as in Python's `//`.
  static func floorDivide(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    if let x = a.integer, let y = b.integer {
      guard y != 0 else { throw EvaluationError("division by zero") }
      if y == -1 {
        guard x != .min else { throw tooLarge("div", a, b) }
        return .int(-x)
      }
      let quotient = x / y
      return .int(x % y != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient)
    }
    guard let x = a.number, let y = b.number else { throw mismatch("div", a, b) }
    guard y != 0 else { throw EvaluationError("division by zero") }
    guard x.isFinite || y.isFinite else { throw noValue("div(\(a.text), \(b.text))") }
    return .float((x / y).rounded(.down))
  }

  static func power(_ a: Value, _ b: Value) throws(EvaluationError) -> Value {
    guard let x = a.number, let y = b.number else { throw mismatch("^", a, b) }
    if let base = a.integer, let exponent = b.integer, exponent >= 0 {
      return .int(try integerPower(base, exponent, a, b))
    }
    if x == 0, y < 0 { throw EvaluationError("0 cannot be raised to a negative power") }
    if x < 0, y != y.rounded(), x.isFinite, y.isFinite {
      throw EvaluationError("a negative number can only be raised to a whole power (\(a.text) ^ \(b.text))")
    }
    let result = pow(x, y)
    guard result.isFinite || !x.isFinite || !y.isFinite else { throw tooLarge("^", a, b) }
    return .float(result)
  }

  private static func integerPower(
    _ base: Int, _ exponent: Int, _ a: Value, _ b: Value
  ) throws(EvaluationError) -> Int {
    switch base {
    case 0: return exponent == 0 ? 1 : 0
    case 1: return 1
    case -1: return exponent.isMultiple(of: 2) ? 1 : -1
    default: break
    }
    var result = 1
    for _ in 0..<min(exponent, 64) {
      let (product, overflow) = result.multipliedReportingOverflow(by: base)
      guard !overflow else { throw tooLarge("^", a, b) }
      result = product
    }
    guard exponent <= 64 else { throw tooLarge("^", a, b) }
    return result
  }

  static func negate(_ a: Value) throws(EvaluationError) -> Value {
    if let x = a.integer {
      guard x != .min else { throw EvaluationError("the negative of \(x) does not fit in 64 bits") }
      return .int(-x)
    }
    guard let x = a.number else { throw mismatch("-", a) }
    return .float(-x)
  }

  static func plus(_ a: Value) throws(EvaluationError) -> Value {
    if let x = a.integer { return .int(x) }
    guard let x = a.number else { throw mismatch("+", a) }
    return .float(x)
  }

  /// The nearest integer; halfway between two, the even one.
  static func round(_ a: Value) throws(EvaluationError) -> Value {
    if let x = a.integer { return .int(x) }
    guard let x = a.number else { throw mismatch("round", a) }
    return .int(try integer(x.rounded(.toNearestOrEven)))
  }

  /// A whole float as an integer.
  static func integer(_ value: Double) throws(EvaluationError) -> Int {
    guard let integer = Int(exactly: value) else {
      throw EvaluationError("\(Value.text(value)) does not fit in a 64-bit integer")
    }
    return integer
  }

  static func unary(_ op: UnaryOperator, _ a: Value) throws(EvaluationError) -> Value {
    if a.isNone { return .none }
    switch op {
    case .not: return .bool(!a.isTrue)
    case .minus: return try negate(a)
    case .plus: return try plus(a)
    case .round: return try round(a)
    case .indicator: return .int(a.isTrue ? 1 : 0)
    }
  }

  static func text(_ a: String, plus b: String) throws(EvaluationError) -> String {
    guard a.utf8.count + b.utf8.count <= maximumTextLength else { throw String.tooLong() }
    return a + b
  }

  static func mismatch(_ op: String, _ a: Value, _ b: Value) -> EvaluationError {
    EvaluationError(
      "'\(op)' does not work between \(a.typeName) and \(b.typeName) (\(a.excerpt) and \(b.excerpt))")
  }

  static func mismatch(_ op: String, _ a: Value) -> EvaluationError {
    EvaluationError("'\(op)' does not work on \(a.typeName) (\(a.excerpt))")
  }

  /// An operator's result as a float; throws if it is nan, since the operator then has no value.
  private static func float(
    _ result: Double, _ op: String, _ a: Value, _ b: Value
  ) throws(EvaluationError) -> Value {
    guard !result.isNaN else { throw noValue("\(a.text) \(op) \(b.text)") }
    return .float(result)
  }

  static func noValue(_ expression: String) -> EvaluationError {
    EvaluationError("\(expression) has no value")
  }

  static func tooLarge(_ op: String, _ a: Value, _ b: Value) -> EvaluationError {
    EvaluationError(
      "\(a.text) \(op) \(b.text) does not fit in 64 bits", hint: "use floats for large numbers")
  }
}
