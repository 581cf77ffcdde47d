/// Data as text, with the names of s-ops and selectors.
extension GraphBuilder {
  /// Data as RASP 0.1 writes it in messages and names.
  ///
  /// - Parameter limit: The length of the longest list or dictionary to write out.
  func text(of datum: Datum, limit: Int? = nil) -> String {
    switch datum {
    case .value(.string(let string)): return "\"\(string)\""
    case .value(let value): return value.text
    case .sop(let id): return sopNames[id.index]
    case .selector(let id): return selectorNames[id.index]
    case .list(let list):
      if let limit, list.total > limit { return "(list)" }
      let result = "[" + list.elements.map { text(of: $0) }.joined(separator: ", ") + "]"
      if let limit, result.count > limit { return "(list)" }
      return result
    case .dictionary(let dictionary):
      if let limit, dictionary.total > limit { return "(dict)" }
      let result =
        "{"
        + dictionary.entries.map { "\(text(of: .value($0.key))): \(text(of: $0.value))" }
        .joined(separator: ", ") + "}"
      if let limit, result.count > limit { return "(dict)" }
      return result
    case .function(let function):
      let parameters = function.syntax.parameters.map(\.text).joined(separator: ", ")
      return "\(function.environment.name) function: \(function.syntax.name.text)(\(parameters))"
    case .builtin(let builtin): return "raspc function: \(builtin.signature)"
    case .display, .unknown: return "?"
    }
  }

  /// Data as RASP 0.1 prints it: strings in double quotes, lists and dictionaries as Python does.
  func printed(_ datum: Datum) -> String {
    switch datum {
    case .list, .dictionary: printedElement(datum)
    default: text(of: datum)
    }
  }

  /// Data inside a printed list.
  func printedElement(_ datum: Datum) -> String {
    switch datum {
    case .value(let value): value.quoted
    case .list(let list): "[" + list.elements.map(printedElement).joined(separator: ", ") + "]"
    case .dictionary(let dictionary):
      "{" + dictionary.entries.map { "\($0.key.quoted): \(printedElement($0.value))" }.joined(separator: ", ")
        + "}"
    default: text(of: datum)
    }
  }

  /// A node's name or a value's text, as RASP 0.1 composes names.
  func name(of datum: Datum) -> String {
    if case .value(let value) = datum { value.text } else { text(of: datum) }
  }

  /// The name of a call, as RASP 0.1 composes it.
  func name(ofCall function: FunctionDatum, _ arguments: [Datum]) -> String {
    "\(function.syntax.name.text)(\(arguments.map { text(of: $0, limit: 20) }.joined(separator: " , ")))"
  }
}
