import Diagnostics
import Foundation
import Parser

/// Calling the language's own functions.
extension Evaluator {
  func call(
    _ builtin: Builtin, _ arguments: [Datum], _ places: [SourceRange], at range: SourceRange
  ) throws -> Datum {
    guard builtin.arity.contains(arguments.count) else {
      throw builtin.wrongCount(arguments.count, at: userRange(range))
    }
    switch builtin.kind {
    case .special(let special): return try call(special, builtin, arguments, places, at: range)
    case .elementwise(let type, let body):
      let isMap = try isElementwiseMap(builtin, arguments, places)
      if !isMap {
        let values = arguments.compactMap { if case .value(let value) = $0 { value } else { nil } }
        if builtin.passesNone, values.contains(where: \.isNone) { return .value(.none) }
        return .value(try located(range) { try body(values) })
      }
      return .sop(try elementwiseMap(builtin, type, body, arguments, at: range))
    }
  }

  /// Whether there is an s-op among the arguments; refuses what is neither s-op nor plain value, and what
  /// cannot have a type that the function works on.
  private func isElementwiseMap(
    _ builtin: Builtin, _ arguments: [Datum], _ places: [SourceRange]
  ) throws -> Bool {
    var hasSOp = false
    for (argument, place) in zip(arguments, places) {
      switch argument {
      case .sop(let id):
        hasSOp = true
        guard !types[id.index].isDisjoint(with: builtin.operands.union(.none)) else {
          throw failure(
            "\(builtin.name) works on \(builtin.operands), but this is \(types[id.index])", at: place,
            hint: builtin.operands.hasNumbers && types[id.index] == .string
              ? "int(x) and float(x) convert strings to numbers" : builtin.signature)
        }
      case .value: break
      case .unknown: throw AlreadyReported()
      default:
        throw failure(
          "\(builtin.name) works on s-ops and plain values, not on \(argument.kindName)", at: place,
          hint: builtin.signature)
      }
    }
    return hasSOp
  }

  private func elementwiseMap(
    _ builtin: Builtin, _ type: ValueTypes, _ body: @escaping @Sendable ([Value]) throws -> Value,
    _ arguments: [Datum], at range: SourceRange
  ) throws -> SOpID {
    let operation = Operation(
      name: builtin.name, arity: arguments.count, passesNone: builtin.passesNone, body)
    var type = type
    let mayBeNone = arguments.contains { self.type(of: $0).contains(.none) }
    if builtin.name == "default" {
      type = self.type(of: arguments[0]).subtracting(.none).union(self.type(of: arguments[1]))
    } else if builtin.passesNone, mayBeNone {
      type.insert(.none)
    }
    let name = "\(builtin.name)(\(arguments.map(quickName).joined(separator: " , ")))"
    return try addMap(operation, over: arguments, type: type, name: name, at: range)
  }

  private func call(
    _ special: Builtin.Special, _ builtin: Builtin, _ arguments: [Datum], _ places: [SourceRange],
    at range: SourceRange
  ) throws -> Datum {
    for argument in arguments { if case .unknown = argument { throw AlreadyReported() } }
    switch special {
    case .selectorWidth:
      guard case .selector(let id) = arguments[0] else {
        throw failure("selector_width takes a selector, not \(arguments[0].kindName)", at: range)
      }
      return .sop(try add(.selectorWidth(id), .int, name: "s-op", at: range))
    case .one:
      guard case .selector(let id) = arguments[0] else {
        throw failure("one takes a selector, not \(arguments[0].kindName)", at: places[0])
      }
      return .selector(try add(.one(id), at: range))
    case .numerical: return .sop(try encoded(arguments[0], as: .numerical, range))
    case .categorical: return .sop(try encoded(arguments[0], as: .categorical, range))
    case .map: return try map(arguments, places, range)
    case .reversed, .sorted, .characters, .split:
      return try textOrList(special, builtin, arguments, places, range)
    case .keys, .values:
      guard case .dictionary(let dictionary) = arguments[0] else {
        throw failure("\(builtin.name) takes a dictionary, not \(arguments[0].kindName)", at: places[0])
      }
      let elements =
        special == .keys ? dictionary.entries.map { .value($0.key) } : dictionary.entries.map(\.value)
      return .list(try located(range) { try ListDatum(elements) })
    case .sum, .largest, .smallest, .join:
      guard case .list(let list) = arguments[0] else {
        throw failure(
          "\(builtin.name) takes a list, not \(arguments[0].kindName)", at: places[0],
          hint: special == .sum
            ? "to sum over positions, use length * aggregate(full_s, x)" : nil)
      }
      let values = try plainValues(list, builtin, places[0])
      return .value(try located(range) { try fold(special, values, arguments) })
    }
  }

  private func plainValues(_ list: ListDatum, _ builtin: Builtin, _ place: SourceRange) throws -> [Value] {
    try list.elements.map { element in
      guard case .value(let value) = element else {
        throw failure("\(builtin.name) takes a list of plain values, not of \(element.kindName)", at: place)
      }
      return value
    }
  }

  private func fold(_ special: Builtin.Special, _ values: [Value], _ arguments: [Datum]) throws -> Value {
    switch special {
    case .sum: return try values.reduce(.int(0)) { try Arithmetic.apply(.add, $0, $1) }
    case .join:
      guard case .value(.string(let separator)) = arguments[1] else {
        throw EvaluationError("the separator of join must be a string, not \(arguments[1].kindName)")
      }
      var text = ""
      for (place, value) in values.enumerated() {
        guard case .string(let part) = value else { throw Arithmetic.mismatch("join", value) }
        text = try Arithmetic.text(text, plus: place == 0 ? part : separator + part)
      }
      return .string(text)
    default:
      guard var best = values.first else { throw EvaluationError("the list is empty") }
      for value in values.dropFirst()
      where try Arithmetic.compare(special == .largest ? .greater : .less, value, best) { best = value }
      return best
    }
  }

  private func textOrList(
    _ special: Builtin.Special, _ builtin: Builtin, _ arguments: [Datum], _ places: [SourceRange],
    _ range: SourceRange
  ) throws -> Datum {
    switch (special, arguments[0]) {
    case (.reversed, .list(let list)):
      return .list(try located(range) { try ListDatum(list.elements.reversed()) })
    case (.sorted, .list(let list)):
      let values = try plainValues(list, builtin, places[0])
      return .list(try located(range) { try ListDatum(Self.sorted(values).map { .value($0) }) })
    case (.split, .value(.string(let text))):
      guard case .value(.string(let separator)) = arguments[1], !separator.isEmpty else {
        throw failure("the separator of split must be a non-empty string", at: places[1])
      }
      let parts = text.pieces(separatedBy: separator)
      return .list(try located(range) { try ListDatum(parts.map { .value(.string($0)) }) })
    case (.characters, .value(.string)):
      return .list(try located(range) { try ListDatum(elements(of: arguments[0])!) })
    case (.reversed, .value), (.sorted, .value), (.reversed, .sop), (.sorted, .sop):
      let name = builtin.name
      let body: @Sendable ([Value]) throws -> Value = { arguments in
        guard case .string(let text) = arguments[0] else { throw Arithmetic.mismatch(name, arguments[0]) }
        let scalars = special == .reversed ? text.unicodeScalars.reversed() : text.unicodeScalars.sorted()
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars)
        return .string(result)
      }
      let elementwise = Builtin(
        signature: builtin.signature, summary: builtin.summary, arity: 1...1, operands: .string,
        passesNone: true, kind: .elementwise(.string, body))
      return try call(elementwise, arguments, places, at: range)
    default:
      throw failure(
        "\(builtin.name) does not work on \(arguments[0].kindName)", at: places[0], hint: builtin.signature)
    }
  }

  private static func sorted(_ values: [Value]) throws -> [Value] {
    try values.enumerated().sorted { a, b in
      if try Arithmetic.compare(.less, a.element, b.element) { return true }
      if try Arithmetic.compare(.less, b.element, a.element) { return false }
      return a.offset < b.offset
    }.map(\.element)
  }

  /// The given node with an encoding, where nothing else knows it; else a node that has its values.
  ///
  /// A variable of the program is never computed a second time: who reads it in another encoding reads it.
  private func encoded(_ datum: Datum, as encoding: Encoding, _ range: SourceRange) throws -> SOpID {
    let id = try asSOp(datum, at: range, "the argument of \(encoding.rawValue)")
    if encoding == .numerical, !types[id.index].hasNumbers {
      throw failure("only numbers can be numerical, but this is \(types[id.index])", at: range)
    }
    if graph[id].name == nil, graph[id].encoding == nil, id.index == graph.sops.count - 1 {
      graph[id].encoding = encoding
      return id
    }
    let identity = Operation(unary: encoding.rawValue, form: .identity) { $0 }
    let reading = try add(.map(identity, [id]), types[id.index], name: sopNames[id.index], at: range)
    graph[reading].encoding = encoding
    return reading
  }

  private func map(_ arguments: [Datum], _ places: [SourceRange], _ range: SourceRange) throws -> Datum {
    let values = Array(arguments.dropFirst())
    if case .list(let list)? = values.first, values.count == 1 {
      // Over a list, as over an s-op: one call an element.
      let results = try list.elements.map { element -> Datum in
        switch arguments[0] {
        case .function(let function): return try call(function, [element], at: range)
        case .builtin(let builtin): return try call(builtin, [element], [places[1]], at: range)
        default:
          throw failure(
            "the first argument of map must be a function, not \(arguments[0].kindName)", at: places[0])
        }
      }
      return .list(try located(range) { try ListDatum(results) })
    }
    let (operation, type) = try elementwise(arguments[0], arity: values.count, at: places[0])
    let areValues = values.allSatisfy { if case .value = $0 { true } else { false } }
    if areValues {
      let plain = values.compactMap { if case .value(let value) = $0 { value } else { nil } }
      return .value(try located(range) { try operation(plain) })
    }
    let name = "\(operation.name)(\(values.map(quickName).joined(separator: " , ")))"
    return .sop(try addMap(operation, over: values, type: type, name: name, at: range))
  }
}
