import Diagnostics
import Parser

/// Built-in functions of s-ops and selectors.
extension Elaborator {
  func call(_ builtin: Builtin, _ arguments: [Operand], at range: SourceRange) throws -> Datum? {
    switch (builtin.kind, arguments[0].value) {
    case (.special(.selectorWidth), .selector(let id)):
      return .sop(try add(.selectorWidth(id), .int, name: "s-op", at: range))
    case (.special(.one), .selector(let id)):
      return .selector(try add(.one(id), at: range))
    case (.special(.numerical), let argument):
      return .sop(try encoded(argument, as: .numerical, range))
    case (.special(.categorical), let argument):
      return .sop(try encoded(argument, as: .categorical, range))
    case (.special, _): return nil
    case (.elementwise(let type, let body), _):
      guard arguments.contains(where: \.value.isSOp) else { return nil }
      try checkTypes(of: arguments, for: builtin)
      let operation = Operation(
        name: builtin.name, arity: arguments.count, passesNone: builtin.passesNone, body)
      let values = arguments.map(\.value)
      return try map(operation, over: values, type: self.type(type, of: builtin, values), at: range)
    }
  }

  /// Refuses arguments that are neither s-ops nor plain values, and s-ops that never have a type the function
  /// takes.
  private func checkTypes(of arguments: [Operand], for builtin: Builtin) throws {
    for argument in arguments {
      switch argument.value {
      case .sop(let id):
        let type = nodes.types[id.index]
        guard !type.isDisjoint(with: builtin.operands.union(.none)) else {
          throw evaluator.failure(
            "\(builtin.name) works on \(builtin.operands), but this is \(type)", at: argument.range,
            hint: builtin.operands.hasNumbers && type == .string
              ? "int(x) and float(x) convert strings to numbers" : builtin.signature)
        }
      case .value: break
      case .unknown: throw AlreadyReported()
      default: throw evaluator.wrongKind(argument, of: builtin)
      }
    }
  }

  /// The types of a function's results; `type` are the types that it declares.
  private func type(_ type: ValueTypes, of builtin: Builtin, _ arguments: [Datum]) -> ValueTypes {
    let types = arguments.map { nodes.type(of: $0) }
    if builtin.name == "default" { return types[0].subtracting(.none).union(types[1]) }
    return builtin.passesNone && types.contains { $0.contains(.none) } ? type.union(.none) : type
  }

  func map(
    _ operation: Operation, over arguments: [Datum], type: ValueTypes, at range: SourceRange
  ) throws -> Datum {
    let name = "\(operation.name)(\(arguments.map { nodes.name(of: $0) }.joined(separator: " , ")))"
    return try addMap(operation, over: arguments, type: type, name: name, at: range)
  }

  /// The given node with an encoding if nothing else uses it, otherwise a new node with the same values.
  ///
  /// A variable of the program is never computed twice: a reader that wants another encoding reads it.
  private func encoded(_ datum: Datum, as encoding: Encoding, _ range: SourceRange) throws -> SOpID {
    let id = try asSOp(datum, at: range, "the argument of \(encoding.rawValue)")
    let type = nodes.types[id.index]
    if encoding == .numerical, !type.hasNumbers {
      throw evaluator.failure("only numbers can be numerical, but this is \(type)", at: range)
    }
    if nodes.isFresh(id) {
      nodes.encode(id, as: encoding)
      return id
    }
    let identity = Operation(unary: encoding.rawValue, form: .identity) { $0 }
    let reading = try add(.map(identity, [id]), type, name: nodes.sopNames[id.index], at: range)
    nodes.encode(reading, as: encoding)
    return reading
  }
}

extension Datum {
  fileprivate var isSOp: Bool {
    if case .sop = self { true } else { false }
  }
}
