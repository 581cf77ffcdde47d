import Diagnostics
import Parser

/// Operators on s-ops and selectors.
extension Elaborator {
  // MARK: One operand

  func unary(_ op: UnaryOperator, _ operand: Datum, at range: SourceRange) throws -> Datum {
    guard case .sop(let id) = operand else { return try not(operand, op, at: range) }
    let type = nodes.types[id.index]
    let name = nodes.sopNames[id.index]
    let operation: Operation
    let result: ValueTypes
    let display: String
    switch op {
    case .not:
      operation = Operation(unary: "not") { .bool(!$0.isTrue) }
      result = .bool
      display = "( not \(name) )"
    case .indicator:
      operation = Operation(unary: "indicator") { .int($0.isTrue ? 1 : 0) }
      result = .int
      display = "I(\(name))"
    case .minus, .plus, .round:
      guard type.hasNumbers || type == .none else {
        throw evaluator.failure(
          "'\(op.rawValue)' works on numbers, but this is \(type)", at: range, hint: numberHint(id))
      }
      if op == .round {
        operation = Operation(unary: "round") { try Arithmetic.round($0) }
        result = .int
      } else {
        let sign = op == .minus ? -1.0 : 1
        operation = Operation(unary: op.rawValue, form: .linear([sign], constant: 0)) {
          try Arithmetic.unary(op, $0)
        }
        result = ValueTypes.arithmetic(type, .int)
      }
      display = "( \(op.rawValue) \(name) )"
    }
    return try addMap(
      operation, over: [operand], type: result.passingNone(from: type), name: display, at: range)
  }

  private func not(_ selector: Datum, _ op: UnaryOperator, at range: SourceRange) throws -> Datum {
    guard case .selector(let id) = selector, op == .not else {
      throw evaluator.failure(
        "'\(op.rawValue)' does not work on \(selector.kindName)", at: range,
        hint: "selectors can be combined with and, or and not")
    }
    return .selector(try add(.not(id), at: range))
  }

  // MARK: Two operands

  func binary(_ op: BinaryOperator, _ left: Datum, _ right: Datum, at range: SourceRange) throws -> Datum {
    switch (left, right) {
    case (.selector(let a), .selector(let b)) where op == .and || op == .or:
      return .selector(try add(op == .and ? .and(a, b) : .or(a, b), at: range))
    case (.selector, let other), (let other, .selector):
      throw evaluator.failure(
        op == .and || op == .or
          ? "'\(op.rawValue)' cannot combine a selector with \(other.kindName)"
          : "'\(op.rawValue)' does not work on a selector", at: range,
        hint: "selectors can be combined with and, or and not")
    default: return try sopBinary(op, left, right, at: range)
    }
  }

  private func sopBinary(
    _ op: BinaryOperator, _ left: Datum, _ right: Datum, at range: SourceRange
  ) throws -> Datum {
    let a = nodes.type(of: left)
    let b = nodes.type(of: right)
    let names = (nodes.name(of: left), nodes.name(of: right))
    if op == .and || op == .or {
      // Unlike on plain values, the result is a bool.
      let operation =
        op == .and
        ? Operation(binary: "and") { .bool($0.isTrue && $1.isTrue) }
        : Operation(binary: "or") { .bool($0.isTrue || $1.isTrue) }
      return try addMap(
        operation, over: [left, right], type: ValueTypes.bool.passingNone(from: a, b),
        name: "( \(names.0) \(op.rawValue) \(names.1))", at: range)
    }
    if op == .equal || op == .notEqual, isCollection(left) || isCollection(right) {
      let answer = op == .notEqual
      return try addMap(
        Operation(unary: op.rawValue) { _ in .bool(answer) }, over: [isCollection(left) ? right : left],
        type: .bool, name: "( \(names.0) \(op.rawValue) \(names.1) )", at: range)
    }
    guard let type = ValueTypes.result(of: op, a, b) else {
      throw evaluator.failure(
        "'\(op.rawValue)' does not work between \(a) and \(b)", at: range,
        hint: tokenHint(left, b) ?? tokenHint(right, a))
    }
    var name = "( \(names.0) \(op == .power ? "pow" : op.rawValue) \(names.1) )"
    if case .value = left, let mirrored = op.comparison?.mirrored {
      name = "( \(names.1) \(mirrored.rawValue) \(names.0) )"
    }
    return try addMap(
      Operation(op, left: left.value, right: right.value), over: [left, right],
      type: type.passingNone(from: a, b), name: name, at: range)
  }

  private func isCollection(_ datum: Datum) -> Bool {
    switch datum {
    case .list, .dictionary, .function, .builtin: true
    default: false
    }
  }

  private func tokenHint(_ datum: Datum, _ other: ValueTypes) -> String? {
    guard case .sop(let id) = datum, other.hasNumbers else { return nil }
    return numberHint(id)
  }

  private func numberHint(_ id: SOpID) -> String? {
    if case .sop(let tokens)? = base.environment.lookUp("tokens"),
      tokens == id || graph[id].label == "tokens_str", nodes.types[id.index] == .string
    {
      return "tokens are strings here; tokens_int and tokens_float read them as numbers"
    }
    return nil
  }

  // MARK: Conditionals

  func choose(
    _ then: Datum, if condition: SOpID, else otherwise: Datum, at range: SourceRange
  ) throws -> Datum {
    for branch in [then, otherwise] {
      switch branch {
      case .sop, .value: break
      case .unknown: throw AlreadyReported()
      default:
        throw evaluator.failure(
          "a condition on an s-op can only choose between s-ops and plain values, not \(branch.kindName)",
          at: range)
      }
    }
    let operation = Operation(name: "if-else", arity: 3) { arguments in
      arguments[0].isNone ? .none : arguments[0].isTrue ? arguments[1] : arguments[2]
    }
    let type = nodes.type(of: then).union(nodes.type(of: otherwise))
    return try addMap(
      operation, over: [.sop(condition), then, otherwise],
      type: type.passingNone(from: nodes.types[condition.index]),
      name: "\(nodes.name(of: then)) if \(nodes.sopNames[condition.index]) else \(nodes.name(of: otherwise))",
      at: range)
  }
}
