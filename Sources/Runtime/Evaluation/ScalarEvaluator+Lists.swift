import Diagnostics

/// Built-in functions of lists, dictionaries and functions.
extension ScalarEvaluator {
  func call(
    _ special: Builtin.Special, _ builtin: Builtin, _ arguments: [Operand], at range: SourceRange
  ) throws -> Datum {
    for argument in arguments { if case .unknown = argument.value { throw AlreadyReported() } }
    let first = arguments[0]
    switch special {
    case .selectorWidth:
      throw failure("selector_width takes a selector, not \(first.value.kindName)", at: range)
    case .one:
      throw failure("one takes a selector, not \(first.value.kindName)", at: first.range)
    case .numerical, .categorical:
      // With s-ops at hand, it has already become one.
      throw refusal("an s-op", at: range)
    case .map: return try map(arguments, range)
    case .reversed, .sorted, .characters, .split:
      return try textOrList(special, builtin, arguments, range)
    case .keys, .values:
      guard case .dictionary(let dictionary) = first.value else {
        throw failure("\(builtin.name) takes a dictionary, not \(first.value.kindName)", at: first.range)
      }
      let elements =
        special == .keys ? dictionary.entries.map { .value($0.key) } : dictionary.entries.map(\.value)
      return .list(try located(range) { try ListDatum(elements) })
    case .sum, .largest, .smallest, .join:
      guard case .list(let list) = first.value else {
        throw failure(
          "\(builtin.name) takes a list, not \(first.value.kindName)", at: first.range,
          hint: special == .sum
            ? "to sum over positions, use length * aggregate(full_s, x)" : nil)
      }
      let values = try plainValues(list, builtin, first.range)
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

  private func fold(_ special: Builtin.Special, _ values: [Value], _ arguments: [Operand]) throws -> Value {
    switch special {
    case .sum: return try values.reduce(.int(0)) { try Arithmetic.apply(.add, $0, $1) }
    case .join:
      guard case .value(.string(let separator)) = arguments[1].value else {
        throw EvaluationError("the separator of join must be a string, not \(arguments[1].value.kindName)")
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
    _ special: Builtin.Special, _ builtin: Builtin, _ arguments: [Operand], _ range: SourceRange
  ) throws -> Datum {
    switch (special, arguments[0].value) {
    case (.reversed, .list(let list)):
      return .list(try located(range) { try ListDatum(list.elements.reversed()) })
    case (.sorted, .list(let list)):
      let values = try plainValues(list, builtin, arguments[0].range)
      return .list(try located(range) { try ListDatum(Self.sorted(values).map { .value($0) }) })
    case (.split, .value(.string(let text))):
      guard case .value(.string(let separator)) = arguments[1].value, !separator.isEmpty else {
        throw failure("the separator of split must be a non-empty string", at: arguments[1].range)
      }
      let parts = text.pieces(separatedBy: separator)
      return .list(try located(range) { try ListDatum(parts.map { .value(.string($0)) }) })
    case (.characters, .value(.string(let text))):
      return .list(
        try located(range) {
          try ListDatum(text.unicodeScalars.map { .value(.string(String($0))) })
        })
    case (.reversed, .value), (.sorted, .value), (.reversed, .sop), (.sorted, .sop):
      return try call(Self.elementwise(builtin, sorted: special == .sorted), arguments, at: range)
    default:
      throw failure(
        "\(builtin.name) does not work on \(arguments[0].value.kindName)", at: arguments[0].range,
        hint: builtin.signature)
    }
  }

  /// `reversed` or `sorted` as a function of a string.
  private static func elementwise(_ builtin: Builtin, sorted: Bool) -> Builtin {
    let name = builtin.name
    let body: @Sendable ([Value]) throws -> Value = { arguments in
      guard case .string(let text) = arguments[0] else { throw Arithmetic.mismatch(name, arguments[0]) }
      let scalars = sorted ? text.unicodeScalars.sorted() : text.unicodeScalars.reversed()
      var result = ""
      result.unicodeScalars.append(contentsOf: scalars)
      return .string(result)
    }
    return Builtin(
      signature: builtin.signature, summary: builtin.summary, arity: 1...1, operands: .string,
      passesNone: true, kind: .elementwise(.string, body))
  }

  private static func sorted(_ values: [Value]) throws -> [Value] {
    try values.enumerated().sorted { a, b in
      if try Arithmetic.compare(.less, a.element, b.element) { return true }
      if try Arithmetic.compare(.less, b.element, a.element) { return false }
      return a.offset < b.offset
    }.map(\.element)
  }
}
