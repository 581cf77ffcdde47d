import Runtime

extension Value {
  /// The number that arithmetic sees: booleans count as 0 and 1; nil for strings and None.
  var numericValue: Double? {
    switch self {
    case .bool(let value): value ? 1 : 0
    case .int(let value): Double(value)
    case .float(let value): value
    case .none, .string: nil
    }
  }

  var isNone: Bool {
    if case .none = self { true } else { false }
  }
}
