import Diagnostics
import Parser

/// Building nodes of the graph.
extension Evaluator {
  /// Adds an s-op; `name` is what RASP 0.1 would call it.
  func add(
    _ kind: SOp.Kind, _ type: ValueTypes, name: String, at range: SourceRange
  ) throws -> SOpID {
    guard graph.sops.count + graph.selectors.count < limits.nodes else {
      throw failure("the program makes more than \(limits.nodes) s-ops and selectors", at: range)
    }
    let id = graph.add(SOp(kind, label: label(range, name), range: userRange(range)))
    types.append(type.isEmpty ? .any : type)
    sopNames.append(shortened(name, "s-op"))
    return id
  }

  func add(_ kind: Selector.Kind, at range: SourceRange) throws -> SelectorID {
    guard graph.sops.count + graph.selectors.count < limits.nodes else {
      throw failure("the program makes more than \(limits.nodes) s-ops and selectors", at: range)
    }
    let id = graph.add(Selector(kind, label: label(range, "select"), range: userRange(range)))
    selectorNames.append("plain select")
    return id
  }

  /// An expression's text on one line; long ones are cut.
  func label(_ range: SourceRange, _ name: String) -> String {
    guard range.end - range.start <= 200 else { return name }
    let text = range.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return text.count <= 60 ? text : name
  }

  /// The s-op that a plain value or an s-op is.
  func asSOp(_ datum: Datum, at range: SourceRange, _ role: String) throws -> SOpID {
    switch datum {
    case .sop(let id): return id
    case .value(let value):
      return try add(.constant(value), ValueTypes(value), name: value.text, at: range)
    case .unknown: throw AlreadyReported()
    default:
      throw failure("\(role) must be an s-op or a value, not \(datum.kindName)", at: range)
    }
  }

  /// A map over those arguments that are s-ops, the others being part of the operation.
  func addMap(
    _ operation: Operation, over arguments: [Datum], type: ValueTypes, name: String, at range: SourceRange
  ) throws -> SOpID {
    var inputs: [SOpID] = []
    var constants: [Value?] = []
    for argument in arguments {
      switch argument {
      case .sop(let id):
        inputs.append(id)
        constants.append(nil)
      case .value(let value): constants.append(value)
      case .unknown: throw AlreadyReported()
      default:
        throw failure(
          "\(operation.name) works on s-ops and plain values, not on \(argument.kindName)", at: range)
      }
    }
    return try add(
      .map(operation.applied(to: constants), inputs), type, name: name, at: range)
  }

  func type(of datum: Datum) -> ValueTypes {
    switch datum {
    case .sop(let id): types[id.index]
    case .value(let value): ValueTypes(value)
    default: .any
    }
  }

  /// A node's name or a value's text, as RASP 0.1 composes names.
  func quickName(_ datum: Datum) -> String {
    switch datum {
    case .sop(let id): sopNames[id.index]
    case .selector(let id): selectorNames[id.index]
    case .value(let value): value.text
    default: describe(datum)
    }
  }

  // MARK: Operators

  func unary(_ op: UnaryOperator, _ operand: Datum, at range: SourceRange) throws -> Datum {
    switch operand {
    case .unknown: throw AlreadyReported()
    case .value(let value): return .value(try located(range) { try Arithmetic.unary(op, value) })
    case .selector(let id):
      guard op == .not else {
        throw failure(
          "'\(op.rawValue)' does not work on a selector", at: range,
          hint: "selectors can be combined with and, or and not")
      }
      return .selector(try add(.not(id), at: range))
    case .sop(let id):
      let type = types[id.index]
      let name = sopNames[id.index]
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
          throw failure(
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
      return .sop(
        try add(.map(operation, [id]), result.passingNone(from: type), name: display, at: range))
    case .list, .dictionary, .function, .builtin, .display:
      if op == .not { return .value(.bool(!operand.isTrue)) }
      throw failure("'\(op.rawValue)' does not work on \(operand.kindName)", at: range)
    }
  }

  func binary(_ op: BinaryOperator, _ left: Datum, _ right: Datum, at range: SourceRange) throws -> Datum {
    if case .unknown = left { throw AlreadyReported() }
    if case .unknown = right { throw AlreadyReported() }
    switch (left, right) {
    case (.selector(let a), .selector(let b)) where op == .and || op == .or:
      return .selector(try add(op == .and ? .and(a, b) : .or(a, b), at: range))
    case (.selector, _), (_, .selector):
      throw failure(
        op == .and || op == .or
          ? "'\(op.rawValue)' cannot combine a selector with \(isSelector(left) ? right.kindName : left.kindName)"
          : "'\(op.rawValue)' does not work on a selector", at: range,
        hint: "selectors can be combined with and, or and not")
    case (.sop, _), (_, .sop):
      return .sop(try sopBinary(op, left, right, at: range))
    case (.value(let a), .value(let b)):
      return .value(try located(range) { try Arithmetic.apply(op, a, b) })
    default:
      return try located(range) { try plainBinary(op, left, right) }
    }
  }

  private func isSelector(_ datum: Datum) -> Bool {
    if case .selector = datum { true } else { false }
  }

  /// Operators on lists and dictionaries.
  private func plainBinary(_ op: BinaryOperator, _ left: Datum, _ right: Datum) throws -> Datum {
    switch (op, left, right) {
    case (.and, _, _): return left.isTrue ? right : left
    case (.or, _, _): return left.isTrue ? left : right
    case (.equal, _, _): return .value(.bool(left.equals(right)))
    case (.notEqual, _, _): return .value(.bool(!left.equals(right)))
    case (.add, .list(let a), .list(let b)): return .list(try ListDatum(a.elements + b.elements))
    case (.multiply, .list(let list), .value(let value)), (.multiply, .value(let value), .list(let list)):
      guard let count = value.integer else { break }
      guard count > 0 else { return .list(try ListDatum([])) }
      guard count <= ListDatum.maximumTotal / max(1, list.total) else {
        throw EvaluationError("the list would have more than \(ListDatum.maximumTotal) elements")
      }
      return .list(try ListDatum((0..<count).flatMap { _ in list.elements }))
    case (.less, .list(let a), .list(let b)), (.lessOrEqual, .list(let a), .list(let b)),
      (.greater, .list(let a), .list(let b)), (.greaterOrEqual, .list(let a), .list(let b)):
      // As text is compared: by the first place where the two differ, else by length.
      for (x, y) in zip(a.elements, b.elements) where !x.equals(y) {
        guard case .value(let p) = x, case .value(let q) = y else { return try plainBinary(op, x, y) }
        return .value(.bool(try Arithmetic.compare(op.comparison!, p, q)))
      }
      return .value(.bool(op.comparison!.holds(a.elements.count, b.elements.count)))
    default: break
    }
    throw EvaluationError("'\(op.rawValue)' does not work between \(left.kindName) and \(right.kindName)")
  }

  private func sopBinary(
    _ op: BinaryOperator, _ left: Datum, _ right: Datum, at range: SourceRange
  ) throws -> SOpID {
    let a = type(of: left)
    let b = type(of: right)
    let names = (quickName(left), quickName(right))
    if op == .and || op == .or {
      // Unlike on plain values, the outcome is a bool.
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
      throw failure(
        "'\(op.rawValue)' does not work between \(a) and \(b)", at: range,
        hint: tokenHint(left, b) ?? tokenHint(right, a))
    }
    var name = "( \(names.0) \(op == .power ? "pow" : op.rawValue) \(names.1) )"
    if case .value = left, let mirrored = op.comparison?.mirrored {
      name = "( \(names.1) \(mirrored.rawValue) \(names.0) )"
    }
    return try addMap(
      Builtin.operation(op, left: left, right: right), over: [left, right],
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
    if case .sop(let tokens)? = base.lookUp("tokens"), tokens == id || graph[id].label == "tokens_str",
      types[id.index] == .string
    {
      return "tokens are strings here; tokens_int and tokens_float read them as numbers"
    }
    return nil
  }

  func ternary(
    _ condition: SOpID, _ then: Datum, _ otherwise: Datum, at range: SourceRange
  ) throws -> Datum {
    for branch in [then, otherwise] {
      switch branch {
      case .sop, .value: break
      case .unknown: throw AlreadyReported()
      default:
        throw failure(
          "a condition on an s-op can only choose between s-ops and plain values, not \(branch.kindName)",
          at: range)
      }
    }
    let operation = Operation(name: "if-else", arity: 3) { arguments in
      arguments[0].isNone ? .none : arguments[0].isTrue ? arguments[1] : arguments[2]
    }
    let type = type(of: then).union(type(of: otherwise))
    return .sop(
      try addMap(
        operation, over: [.sop(condition), then, otherwise],
        type: type.passingNone(from: types[condition.index]),
        name: "\(quickName(then)) if \(sopNames[condition.index]) else \(quickName(otherwise))", at: range))
  }

  // MARK: Selectors and aggregates

  func select(
    _ keys: Datum, _ queries: Datum, _ comparison: Comparison, at range: SourceRange
  ) throws -> Datum {
    let k = try asSOp(keys, at: range, "each side of select")
    let q = try asSOp(queries, at: range, "each side of select")
    guard
      ValueTypes.result(of: BinaryOperator(rawValue: comparison.rawValue)!, types[k.index], types[q.index])
        != nil
    else {
      throw failure(
        "'\(comparison.rawValue)' cannot compare keys that are \(types[k.index]) with queries that are "
          + "\(types[q.index])", at: range)
    }
    return .selector(
      try add(.select(keys: k, queries: q, Builtin.comparison(comparison)), at: range))
  }

  func aggregate(
    _ selector: Datum, _ value: Datum, fallback: Datum?, name: String = "s-op", at range: SourceRange
  ) throws -> Datum {
    if case .unknown = selector { throw AlreadyReported() }
    guard case .selector(let id) = selector else {
      throw failure("the first argument of aggregate must be a selector, not \(selector.kindName)", at: range)
    }
    let values = try asSOp(value, at: range, "the second argument of aggregate")
    var fallbackValue = Value.int(0)
    switch fallback {
    case nil: break
    case .value(let value)?: fallbackValue = value
    case .unknown?: throw AlreadyReported()
    case let other?:
      throw failure("the default of aggregate must be a plain value, not \(other.kindName)", at: range)
    }
    var type = types[values.index].union(ValueTypes(fallbackValue))
    // Several numbers average to a float.
    if types[values.index].hasNumbers { type.insert(.float) }
    return .sop(
      try add(.aggregate(id, values, fallback: fallbackValue), type, name: name, at: range))
  }
}

extension Comparison {
  /// The comparison that holds of (b, a) where this one holds of (a, b).
  var mirrored: Comparison {
    switch self {
    case .equal, .notEqual: self
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }
}

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

  /// The types of an operator's results but for `None`; nil where it has no value for any operands of
  /// these types.
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
