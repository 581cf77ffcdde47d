import Diagnostics
import Parser

/// The values of a circuit's settings; nil, or the default, for one that is missing or wrong.
extension CircuitReader {
  private func evaluate(_ expression: Expression, _ environment: Environment) -> Datum? {
    do {
      let value = try elaborator.evaluate(expression, in: environment)
      if case .unknown = value { return nil }
      return value
    } catch {
      elaborator.log.report(error)
      return nil
    }
  }

  private func datum(
    _ setting: CircuitSyntax.Setting?, _ environment: Environment
  ) -> (Datum, SourceRange)? {
    guard let setting else { return nil }
    guard case .expression(let expression) = setting.value else {
      report("'\(setting.key.text)' must be a single value", setting.key.range)
      return nil
    }
    return evaluate(expression, environment).map { ($0, expression.range) }
  }

  func string(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> String? {
    guard let (value, range) = datum(setting, environment) else { return nil }
    guard case .value(.string(let text)) = value else {
      report("'\(setting!.key.text)' must be a string, not \(value.kindName)", range)
      return nil
    }
    return text
  }

  func length(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> Int? {
    guard let (value, range) = datum(setting, environment) else { return nil }
    guard case .value(.int(let number)) = value, (1...Circuit.maximumLength).contains(number) else {
      report("'\(setting!.key.text)' must be a whole number from 1 to \(Circuit.maximumLength)", range)
      return nil
    }
    return number
  }

  func flag(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> Bool {
    guard let setting else { return false }
    // People often write `true` and `false` first.
    if case .expression(let expression) = setting.value, case .name(let word) = expression.kind,
      word == "true" || word == "false", environment.lookUp(word) == nil
    {
      return word == "true"
    }
    guard let (value, range) = datum(setting, environment) else { return false }
    guard case .value(.bool(let flag)) = value else {
      report("'\(setting.key.text)' must be true or false, not \(value.kindName)", range)
      return false
    }
    return flag
  }

  func sop(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> SOpID? {
    guard let (value, range) = datum(setting, environment) else { return nil }
    guard case .sop(let id) = value else {
      report("'\(setting!.key.text)' must be an s-op, not \(value.kindName)", range)
      return nil
    }
    return id
  }

  /// The condition in `inputs = where(...)`; `where` has this meaning only here.
  func domain(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> SOpID? {
    guard let setting else { return nil }
    guard case .expression(let expression) = setting.value,
      case .call(let callee, let arguments) = expression.kind, case .name("where") = callee.kind,
      arguments.count == 1
    else {
      report(
        "'inputs' must be where(EXPR), with an s-op that is true at every position of the circuit's inputs",
        setting.key.range, Self.example(of: "inputs"))
      return nil
    }
    guard let condition = evaluate(arguments[0], environment) else { return nil }
    guard case .sop(let id) = condition else {
      report(
        "the condition of 'inputs' must be an s-op, not \(condition.kindName)", arguments[0].range,
        Self.example(of: "inputs"))
      return nil
    }
    return id
  }

  func vocabulary(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> [Value] {
    guard let (value, range) = datum(setting, environment) else { return [] }
    guard case .list(let list) = value, !list.elements.isEmpty else {
      report("'vocab' must be a list of tokens, not \(value.kindName)", range, Self.example(of: "vocab"))
      return []
    }
    guard list.elements.count <= Circuit.maximumVocabulary else {
      report("the vocabulary has more than \(Circuit.maximumVocabulary) tokens", range)
      return []
    }
    var tokens: [Value] = []
    var seen = DictionaryDatum()
    for element in list.elements {
      guard case .value(let token) = element, !token.isNone else {
        report("a token must be a string, a number or a bool, not \(element.kindName)", range)
        return []
      }
      if seen[token] != nil {
        report("the token \(token.quoted) is in the vocabulary twice", range)
        return []
      }
      try? seen.set(token, to: element)
      tokens.append(token)
    }
    if let confusion = ReadableVocabulary.confusion(in: tokens) {
      var place = range
      if case .expression(let expression) = setting?.value, case .list(let elements) = expression.kind,
        elements.count == tokens.count
      {
        place = elements[confusion.place].range
      }
      report(confusion.message, place)
      return []
    }
    return tokens
  }

  func group(
    _ setting: CircuitSyntax.Setting?, _ environment: Environment
  ) -> [(key: Name, value: Value)] {
    guard let setting else { return [] }
    guard case .group(let entries) = setting.value else {
      report(
        "'\(setting.key.text)' must be a group of settings", setting.key.range,
        "such as \(setting.key.text) = { \(setting.key.text == "model" ? "layers = 2" : "epochs = 100") };")
      return []
    }
    return entries.compactMap { key, expression in
      if case .name(let word) = expression.kind, word == "true" || word == "false",
        environment.lookUp(word) == nil
      {
        return (key, .bool(word == "true"))
      }
      guard let value = evaluate(expression, environment) else { return nil }
      guard case .value(let plain) = value else {
        report("'\(key.text)' must be a plain value, not \(value.kindName)", expression.range)
        return nil
      }
      return (key, plain)
    }
  }

  func model(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> Circuit.ModelOverrides {
    var model = Circuit.ModelOverrides()
    let keys = ["layers", "heads", "d_model", "d_head", "d_mlp"]
    for (key, value) in group(setting, environment) {
      guard case .int(let number) = value, number > 0 else {
        report("'\(key.text)' must be a whole number above 0", key.range)
        continue
      }
      switch key.text {
      case "layers", "n_layers": model.layers = number
      case "heads", "n_heads": model.heads = number
      case "d_model": model.dModel = number
      case "d_head": model.dHead = number
      case "d_mlp": model.dMLP = number
      default:
        report(
          "unknown model setting '\(key.text)'", key.range,
          Spelling.suggestion(for: key.text, among: keys)
            ?? "the settings are \(keys.joined(separator: ", "))")
      }
    }
    return model
  }
}
