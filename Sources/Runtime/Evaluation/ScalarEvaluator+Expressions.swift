import Diagnostics
import Parser

/// Evaluating expressions.
extension ScalarEvaluator {
  func evaluate(_ expression: Expression, in environment: Environment) throws -> Datum {
    try countStep(expression.range)
    if case .parenthesized(let inner) = expression.kind { return try evaluate(inner, in: environment) }
    let result = try value(of: expression, in: environment)
    if case .list(let list) = result, list.elements.count > 32, makesList(expression) {
      try countStep(expression.range, elements: list.elements.count)
    }
    if result.isNode {
      try sequences(result.kindName, at: expression.range).check(result, at: expression.range)
    }
    if case .display = result { return result }
    environment.setOut(result)
    return result
  }

  private func makesList(_ expression: Expression) -> Bool {
    if case .name = expression.kind { false } else { true }
  }

  private func value(of expression: Expression, in environment: Environment) throws -> Datum {
    let range = expression.range
    switch expression.kind {
    case .invalid: throw AlreadyReported()
    case .parenthesized(let inner): return try evaluate(inner, in: environment)
    case .literal(let literal):
      switch literal {
      case .integer(let value): return .value(.int(value))
      case .float(let value): return .value(.float(value))
      case .string(let text): return .value(.string(text))
      }
    case .name(let name): return try lookUp(name, range, in: environment)
    case .unary(let op, let operand):
      let value = try self.operand(operand, in: environment)
      if value.isNode { return try sequences(value.kindName, at: range).unary(op, value, at: range) }
      return try located(range) { try PlainOperations.unary(op, value) }
    case .binary(let op, let left, let right):
      return try binary(op, left, right, range, in: environment)
    case .ternary(let then, let condition, let otherwise):
      return try ternary(then, condition, otherwise, range, in: environment)
    case .contains(let element, let container):
      return try contains(element, container, range, in: environment)
    case .index(let base, let index): return try self.index(base, index, range, in: environment)
    case .call(let callee, let arguments): return try call(callee, arguments, range, in: environment)
    case .select, .selectWhere:
      return try sequences("a selector", at: range).sequence(expression, in: environment)
    case .aggregate:
      return try sequences("an s-op", at: range).sequence(expression, in: environment)
    case .range(let bounds):
      let values = try bounds.map { try operand($0, in: environment) }
      return try located(range) { try PlainOperations.range(values) }
    case .zip(let lists):
      let values = try lists.map { try operand($0, in: environment) }
      return try located(range) { try PlainOperations.zip(values) }
    case .length(let operand):
      let value = try self.operand(operand, in: environment)
      if case .sop(let id) = value { return try sequences("an s-op", at: range).length(of: id, at: range) }
      return try located(range) { try PlainOperations.length(value) }
    case .list(let elements):
      let values = try elements.map { try operand($0, in: environment) }
      return .list(try located(range) { try ListDatum(values) })
    case .dictionary(let entries):
      var dictionary = DictionaryDatum()
      for (key, value) in entries {
        try add(key, value, to: &dictionary, range, in: environment)
      }
      return .dictionary(dictionary)
    case .listComprehension(let value, let names, let iterable):
      var elements: [Datum] = []
      try forEach(names, iterable, in: environment) { inner in
        elements.append(try operand(value, in: inner))
      }
      return .list(try located(range) { try ListDatum(elements) })
    case .dictionaryComprehension(let key, let value, let names, let iterable):
      var dictionary = DictionaryDatum()
      try forEach(names, iterable, in: environment) { inner in
        try add(key, value, to: &dictionary, range, in: inner)
      }
      return .dictionary(dictionary)
    }
  }

  /// An expression's value, for use in another expression.
  func operand(_ expression: Expression, in environment: Environment) throws -> Datum {
    let value = try materialized(evaluate(expression, in: environment), expression.range)
    if case .unknown = value { throw AlreadyReported() }
    return value
  }

  /// A displayed result as a plain list, for a program that goes on to use it.
  func materialized(_ datum: Datum, _ range: SourceRange) throws -> Datum {
    guard case .display(let display) = datum else { return datum }
    return try located(range) {
      switch display.content {
      case .sequence(let values): .list(try ListDatum(values.map { .value($0) }))
      case .matrix(let rows):
        .list(try ListDatum(rows.map { .list(try ListDatum($0.map { .value(.bool($0)) })) }))
      }
    }
  }

  private func lookUp(_ name: String, _ range: SourceRange, in environment: Environment) throws -> Datum {
    if let datum = environment.lookUp(name) { return datum }
    if let sequences, sequences.mayLackNames { throw AlreadyReported() }
    throw failure(
      "unknown name '\(name)'", at: range,
      hint: Spelling.suggestion(for: name, among: environment.visibleNames))
  }

  // MARK: Operators

  private func binary(
    _ op: BinaryOperator, _ left: Expression, _ right: Expression, _ range: SourceRange,
    in environment: Environment
  ) throws -> Datum {
    let first = try operand(left, in: environment)
    if sequences == nil, op == .and || op == .or, first.isTrue == (op == .or) {
      // In a function of values, the right side is evaluated only if it decides the result. In a program,
      // both sides are evaluated, as in RASP 0.1.
      return first
    }
    let second = try operand(right, in: environment)
    if let node = [first, second].first(where: \.isNode) {
      return try sequences(node.kindName, at: range).binary(op, first, second, at: range)
    }
    return try located(range) { try PlainOperations.binary(op, first, second) }
  }

  private func ternary(
    _ then: Expression, _ condition: Expression, _ otherwise: Expression, _ range: SourceRange,
    in environment: Environment
  ) throws -> Datum {
    switch try operand(condition, in: environment) {
    case .sop(let id):
      let first = try operand(then, in: environment)
      let second = try operand(otherwise, in: environment)
      return try sequences("an s-op", at: range).choose(first, if: id, else: second, at: range)
    case .selector:
      throw failure("a selector cannot be a condition", at: condition.range)
    case let plain:
      return try operand(plain.isTrue ? then : otherwise, in: environment)
    }
  }

  // MARK: Dictionaries and comprehensions

  private func add(
    _ keySyntax: Expression, _ valueSyntax: Expression, to dictionary: inout DictionaryDatum,
    _ range: SourceRange, in environment: Environment
  ) throws {
    let key = try operand(keySyntax, in: environment)
    guard case .value(let plain) = key else {
      throw failure("a key must be a plain value, not \(key.kindName)", at: keySyntax.range)
    }
    let value = try operand(valueSyntax, in: environment)
    do {
      try dictionary.set(plain, to: value)
    } catch {
      throw failure(error.message, at: range, hint: error.hint)
    }
  }

  private func forEach(
    _ names: [Name], _ iterable: Expression, in environment: Environment,
    _ body: (Environment) throws -> Void
  ) throws {
    let collection = try operand(iterable, in: environment)
    guard let elements = collection.elements else {
      throw failure(
        "a comprehension can only loop over a list, a dictionary or a string, not \(collection.kindName)",
        at: iterable.range)
    }
    for element in elements {
      let inner = environment.nested()
      try bind(names, to: element, at: iterable.range, in: inner)
      try body(inner)
    }
  }
}
