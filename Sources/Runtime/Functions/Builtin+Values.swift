import Foundation

/// Functions of values of any type, and conversions between types.
extension Builtin {
  static let general: [Builtin] = [
    function("str(x)", "x as a string", 1...1, of: .any, to: .string) { try convert($0[0], to: .string) },
    function(
      "int(x)", "x as an integer: strings are parsed, fractions are cut off", 1...1, of: .any, to: .int
    ) {
      try convert($0[0], to: .int)
    },
    function("float(x)", "x as a float", 1...1, of: .any, to: .float) { try convert($0[0], to: .float) },
    function("bool(x)", "whether x is neither zero nor empty", 1...1, of: .any, to: .bool) {
      try convert($0[0], to: .bool)
    },
    function("is_none(x)", "whether x is None", 1...1, of: .any, to: .bool, passesNone: false) {
      .bool($0[0].isNone)
    },
    function("default(x, value)", "x, or value where x is None", 2...2, of: .any, to: .any, passesNone: false)
    {
      $0[0].isNone ? $0[1] : $0[0]
    },
    function("is_number(x)", "whether x is a number", 1...1, of: .any, to: .bool) {
      .bool($0[0].number != nil)
    },
    function("is_string(x)", "whether x is a string", 1...1, of: .any, to: .bool) {
      if case .string = $0[0] { .bool(true) } else { .bool(false) }
    },
  ]

  static func conversion(_ name: String, to type: ValueTypes) -> Operation {
    Operation(unary: name) { try convert($0, to: type) }
  }

  /// Python's `str`, `int`, `float` and `bool`.
  static func convert(_ value: Value, to type: ValueTypes) throws(EvaluationError) -> Value {
    switch type {
    case .string: return .string(value.text)
    case .bool: return .bool(value.isTrue)
    case .int:
      switch value {
      case .string(let text):
        let digits = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if let integer = Int(digits) { return .int(integer) }
        throw EvaluationError("\(value.excerpt) is not an integer")
      case .float(let number): return .int(try Arithmetic.integer(number.rounded(.towardZero)))
      default: return .int(value.integer!)
      }
    default:
      if case .string(let text) = value {
        let digits = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        switch digits {
        case "inf", "+inf", "infinity", "+infinity": return .float(.infinity)
        case "-inf", "-infinity": return .float(-.infinity)
        default: break
        }
        if !digits.hasPrefix("0x"), !digits.contains("p"), let number = Double(digits), number.isFinite {
          return .float(number)
        }
        throw EvaluationError("\(value.excerpt) is not a number")
      }
      return .float(value.number!)
    }
  }
}
