import Parser

/// Operators and built-in forms on plain data.
enum PlainOperations {
  static func unary(_ op: UnaryOperator, _ operand: Datum) throws(EvaluationError) -> Datum {
    if case .value(let value) = operand { return .value(try Arithmetic.unary(op, value)) }
    guard op == .not else {
      throw EvaluationError("'\(op.rawValue)' does not work on \(operand.kindName)")
    }
    return .value(.bool(!operand.isTrue))
  }

  static func binary(
    _ op: BinaryOperator, _ left: Datum, _ right: Datum
  ) throws(EvaluationError) -> Datum {
    switch (op, left, right) {
    case (_, .value(let a), .value(let b)): return .value(try Arithmetic.apply(op, a, b))
    case (.and, _, _): return left.isTrue ? right : left
    case (.or, _, _): return left.isTrue ? left : right
    case (.equal, _, _): return .value(.bool(left.equals(right)))
    case (.notEqual, _, _): return .value(.bool(!left.equals(right)))
    case (.add, .list(let a), .list(let b)): return .list(try ListDatum(a.elements + b.elements))
    case (.multiply, .list(let list), .value(let value)), (.multiply, .value(let value), .list(let list)):
      guard let count = value.integer else { break }
      return .list(try repeated(list, count))
    case (.less, .list(let a), .list(let b)), (.lessOrEqual, .list(let a), .list(let b)),
      (.greater, .list(let a), .list(let b)), (.greaterOrEqual, .list(let a), .list(let b)):
      return try compare(op, a, b)
    default: break
    }
    throw EvaluationError("'\(op.rawValue)' does not work between \(left.kindName) and \(right.kindName)")
  }

  private static func repeated(_ list: ListDatum, _ count: Int) throws(EvaluationError) -> ListDatum {
    guard count > 0 else { return try ListDatum([]) }
    guard count <= ListDatum.maximumTotal / max(1, list.total) else {
      throw EvaluationError("the list would have more than \(ListDatum.maximumTotal) elements")
    }
    return try ListDatum((0..<count).flatMap { _ in list.elements })
  }

  /// Compares lists as strings are compared: by the first elements that differ, otherwise by length.
  private static func compare(
    _ op: BinaryOperator, _ a: ListDatum, _ b: ListDatum
  ) throws(EvaluationError) -> Datum {
    for (x, y) in Swift.zip(a.elements, b.elements) where !x.equals(y) {
      guard case .value(let p) = x, case .value(let q) = y else { return try binary(op, x, y) }
      return .value(.bool(try Arithmetic.compare(op.comparison!, p, q)))
    }
    return .value(.bool(op.comparison!.holds(a.elements.count, b.elements.count)))
  }

  static func length(_ operand: Datum) throws(EvaluationError) -> Datum {
    switch operand {
    case .list(let list): return .value(.int(list.elements.count))
    case .dictionary(let dictionary): return .value(.int(dictionary.count))
    case .value(.string(let text)): return .value(.int(text.unicodeScalars.count))
    default: throw EvaluationError("len takes a list, a dictionary or a string, not \(operand.kindName)")
    }
  }

  /// `range(end)`, `range(start, end)` or `range(start, end, step)`
  static func range(_ bounds: [Datum]) throws(EvaluationError) -> Datum {
    var numbers: [Int] = []
    for bound in bounds {
      guard case .value(let value) = bound, let number = value.integer else {
        throw EvaluationError("range takes ints, not \(bound.kindName)")
      }
      numbers.append(number)
    }
    let start = numbers.count == 1 ? 0 : numbers[0]
    let end = numbers.count == 1 ? numbers[0] : numbers[1]
    let step = numbers.count == 3 ? numbers[2] : 1
    guard step != 0 else { throw EvaluationError("the step of range must not be 0") }
    let span = Double(end) - Double(start)
    guard span / Double(step) <= Double(ListDatum.maximumTotal - 1) else {
      throw EvaluationError("the range has more than \(ListDatum.maximumTotal - 1) numbers")
    }
    return .list(try ListDatum(stride(from: start, to: end, by: step).map { .value(.int($0)) }))
  }

  static func zip(_ arguments: [Datum]) throws(EvaluationError) -> Datum {
    var lists: [[Datum]] = []
    for (number, argument) in arguments.enumerated() {
      guard case .list(let list) = argument else {
        throw EvaluationError("zip takes lists, but argument \(number + 1) is \(argument.kindName)")
      }
      lists.append(list.elements)
    }
    guard lists.allSatisfy({ $0.count == lists[0].count }) else {
      let counts = lists.map { "\($0.count)" }.joined(separator: ", ")
      throw EvaluationError("zip takes lists of equal length, not of \(counts)")
    }
    var rows: [Datum] = []
    for place in lists[0].indices { rows.append(.list(try ListDatum(lists.map { $0[place] }))) }
    return .list(try ListDatum(rows))
  }
}
