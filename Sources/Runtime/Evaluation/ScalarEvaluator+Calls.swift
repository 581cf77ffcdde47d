import Diagnostics
import Parser
import Rendering

/// Calls of the program's functions and of built-in ones.
extension ScalarEvaluator {
  func call(
    _ callee: Expression, _ arguments: [Expression], _ range: SourceRange, in environment: Environment
  ) throws -> Datum {
    // The name of a called function is not evaluated as an expression, so it is not tried out on the
    // argument.
    if case .name(let name) = callee.kind, let datum = environment.lookUp(name) {
      switch datum {
      case .function(let function):
        return try call(function, arguments.map { try operand($0, in: environment) }, at: range)
      case .builtin(let builtin):
        return try call(builtin, operands(arguments, in: environment), at: range)
      default: break
      }
    }
    let operands = try operands(arguments, in: environment)
    let values = operands.map(\.value)
    let subject =
      if let sequences {
        try sequences.applying(to: values) { try evaluate(callee, in: environment) }
      } else {
        try evaluate(callee, in: environment)
      }
    switch subject {
    case .unknown: throw AlreadyReported()
    case .function(let function): return try call(function, values, at: range)
    case .builtin(let builtin): return try call(builtin, operands, at: range)
    case .sop, .selector:
      return try sequences(subject.kindName, at: range).apply(subject, to: values, at: range)
    case let other:
      throw failure("\(other.kindName) cannot be called", at: callee.range)
    }
  }

  private func operands(_ expressions: [Expression], in environment: Environment) throws -> [Operand] {
    try expressions.map { Operand(syntax: $0, value: try operand($0, in: environment)) }
  }

  /// Calls a built-in function.
  func call(_ builtin: Builtin, _ arguments: [Operand], at range: SourceRange) throws -> Datum {
    guard builtin.arity.contains(arguments.count) else {
      throw builtin.wrongCount(arguments.count, at: calls.userRange(range))
    }
    if let result = try sequences?.call(builtin, arguments, at: range) { return result }
    switch builtin.kind {
    case .special(let special): return try call(special, builtin, arguments, at: range)
    case .elementwise(_, let body):
      let values = try arguments.map { argument in
        switch argument.value {
        case .value(let value): return value
        case .unknown: throw AlreadyReported()
        default: throw wrongKind(argument, of: builtin)
        }
      }
      if builtin.passesNone, values.contains(where: \.isNone) { return .value(.none) }
      return .value(try located(range) { try body(values) })
    }
  }

  /// An argument of an elementwise function that is neither an s-op nor a plain value.
  func wrongKind(_ argument: Operand, of builtin: Builtin) -> Diagnostic {
    failure(
      "\(builtin.name) works on s-ops and plain values, not on \(argument.value.kindName)",
      at: argument.range, hint: builtin.signature)
  }

  // MARK: Functions applied to values

  func map(_ arguments: [Operand], _ range: SourceRange) throws -> Datum {
    let function = arguments[0]
    let values = arguments.dropFirst().map(\.value)
    if case .list(let list)? = values.first, values.count == 1 {
      // One call for each element of a list, as for an s-op.
      let results = try list.elements.map { element -> Datum in
        switch function.value {
        case .function(let function): return try call(function, [element], at: range)
        case .builtin(let builtin):
          return try call(builtin, [Operand(syntax: arguments[1].syntax, value: element)], at: range)
        default:
          throw failure(
            "the first argument of map must be a function, not \(function.value.kindName)",
            at: function.range)
        }
      }
      return .list(try located(range) { try ListDatum(results) })
    }
    let (operation, type) = try self.operation(function.value, arity: values.count, at: function.range)
    let plain = values.compactMap(\.value)
    if plain.count == values.count { return .value(try located(range) { try operation(plain) }) }
    return try sequences("an s-op", at: range).map(operation, over: values, type: type, at: range)
  }

  /// A function as an operation on `arity` values, with the types of its results.
  func operation(_ function: Datum, arity: Int, at range: SourceRange) throws -> (Operation, ValueTypes) {
    switch function {
    case .unknown: throw AlreadyReported()
    case .function(let function):
      guard function.syntax.parameters.count == arity else {
        throw failure(
          "\(function.syntax.name.text) takes \(counted(function.syntax.parameters.count, "argument")), "
            + "but is given \(counted(arity, "value")) at each position", at: range)
      }
      let elementwise = ElementwiseFunction(function, limits: limits, isInterrupted: isInterrupted)
      return (elementwise.operation, .any)
    case .builtin(let builtin):
      guard case .elementwise(let type, let body) = builtin.kind else { break }
      guard builtin.arity.contains(arity) else {
        throw failure(
          "\(builtin.name) cannot take \(counted(arity, "value")) at each position", at: range,
          hint: builtin.signature)
      }
      return (
        Operation(name: builtin.name, arity: arity, passesNone: builtin.passesNone, body),
        type.union(.none)
      )
    default: break
    }
    throw failure("\(function.kindName) cannot be applied to each value", at: range)
  }
}
