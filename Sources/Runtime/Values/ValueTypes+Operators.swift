import Parser

extension ValueTypes {
  /// The types of sums, differences and products of numbers.
  static func arithmetic(_ a: ValueTypes, _ b: ValueTypes) -> ValueTypes {
    var result: ValueTypes = []
    guard a.hasNumbers, b.hasNumbers else { return result }
    let whole: ValueTypes = [.bool, .int]
    if !a.isDisjoint(with: whole), !b.isDisjoint(with: whole) { result.insert(.int) }
    if a.contains(.float) || b.contains(.float) { result.insert(.float) }
    return result
  }

  /// The types of an operator's results, apart from `None`; nil if it has no value for any operands of these
  /// types.
  static func result(of op: BinaryOperator, _ a: ValueTypes, _ b: ValueTypes) -> ValueTypes? {
    if a == .none || b == .none { return ValueTypes.none }
    var result: ValueTypes = []
    switch op {
    case .and, .or, .equal, .notEqual: return .bool
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      if a.hasNumbers && b.hasNumbers || a.contains(.string) && b.contains(.string) { result = .bool }
    case .add:
      result = arithmetic(a, b)
      if a.contains(.string) && b.contains(.string) { result.insert(.string) }
    case .subtract: result = arithmetic(a, b)
    case .multiply:
      result = arithmetic(a, b)
      let whole: ValueTypes = [.bool, .int]
      if a.contains(.string) && !b.isDisjoint(with: whole)
        || b.contains(.string) && !a.isDisjoint(with: whole)
      {
        result.insert(.string)
      }
    case .divide: if a.hasNumbers && b.hasNumbers { result = .float }
    case .modulo:
      result = arithmetic(a, b)
      if a.contains(.string) { result.insert(.string) }
    case .power: if a.hasNumbers && b.hasNumbers { result = [.int, .float] }
    }
    return result.isEmpty ? nil : result
  }
}
