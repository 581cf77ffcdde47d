import Diagnostics
import Parser

/// Reads `circuit` blocks against the names of the program.
struct CircuitReader {
  let evaluator: Evaluator

  private static let keys = [
    "about", "vocab", "max_len", "min_len", "causal", "inputs", "output", "balance", "model", "siit",
  ]

  init(_ evaluator: Evaluator) { self.evaluator = evaluator }

  /// The types of the tokens, as far as the blocks' vocabularies say before anything is evaluated.
  ///
  /// - Parameter vocabulary: of a circuit that is declared elsewhere
  static func tokenTypes(_ circuits: [CircuitSyntax], _ vocabulary: [Value]?) -> ValueTypes {
    var types = ValueTypes(vocabulary ?? [])
    for circuit in circuits {
      for setting in circuit.settings where setting.key.text == "vocab" {
        guard case .expression(let expression) = setting.value, case .list(let elements) = expression.kind
        else { return .any }
        for element in elements {
          var kind = element.kind
          if case .unary(.minus, let number) = kind { kind = number.kind }
          switch kind {
          case .literal(.integer): types.insert(.int)
          case .literal(.string): types.insert(.string)
          case .literal(.float): types.insert(.float)
          case .name("True"), .name("False"): types.insert(.bool)
          default: return .any
          }
        }
      }
    }
    return types.isEmpty ? .any : types
  }

  /// The circuit that a block declares; nil where something is wrong with it, which has been reported.
  func read(_ syntax: CircuitSyntax, _ range: SourceRange, in environment: Environment) -> Circuit? {
    evaluator.beginStatement()
    let reportedBefore = evaluator.diagnostics.count
    var settings: [String: CircuitSyntax.Setting] = [:]
    for setting in syntax.settings {
      let key = setting.key.text
      guard Self.keys.contains(key) else {
        report(
          "unknown circuit setting '\(key)'", setting.key.range,
          Spelling.suggestion(for: key, among: Self.keys)
            ?? "the settings are \(Self.keys.joined(separator: ", "))")
        continue
      }
      if settings.updateValue(setting, forKey: key) != nil {
        report("'\(key)' is set twice", setting.key.range)
      }
    }
    for key in ["vocab", "max_len", "output"] where settings[key] == nil {
      report("circuit \(syntax.name.text) does not set '\(key)'", syntax.name.range, Self.example(of: key))
    }
    let about = string(settings["about"], environment) ?? ""
    let vocabulary = vocabulary(settings["vocab"], environment)
    let longest = length(settings["max_len"], environment)
    let shortest = length(settings["min_len"], environment) ?? 1
    let causal = flag(settings["causal"], environment)
    let domain = domain(settings["inputs"], environment)
    let output = sop(settings["output"], environment)
    let balance = sop(settings["balance"], environment)
    let model = model(settings["model"], environment)
    let training = group(settings["siit"], environment).reduce(into: [String: Value]()) { result, entry in
      result[entry.key.text] = entry.value
    }
    if let longest, shortest > longest, let setting = settings["min_len"] {
      report("min_len is \(shortest), but max_len is \(longest)", setting.key.range)
    }
    if causal {
      for case let (root?, setting?) in [(output, settings["output"]), (balance, settings["balance"])] {
        refuseLength(root, setting.key.range)
      }
    }
    guard let longest, let output, evaluator.diagnostics.count == reportedBefore else { return nil }
    return Circuit(
      name: syntax.name.text, about: about, vocabulary: vocabulary, lengths: shortest...longest,
      causal: causal, output: output, balance: balance, domain: domain, model: model, training: training,
      range: range)
  }

  private static func example(of key: String) -> String {
    switch key {
    case "vocab": #"the tokens, such as vocab = ["a", "b"];"#
    case "inputs": #"such as inputs = where(tokens != "x");"#
    case "max_len": "the most tokens an input may have, such as max_len = 8;"
    default: "the s-op that the circuit computes, such as output = hist;"
    }
  }

  private func report(_ message: String, _ range: SourceRange, _ hint: String? = nil) {
    evaluator.diagnostics.append(Diagnostic(message, at: range, hint: hint))
  }

  private func refuseLength(_ root: SOpID, _ range: SourceRange) {
    let graph = evaluator.graph
    let nodes = graph.nodes(neededFor: [.sop(root)])
    for node in nodes {
      guard case .sop(let id) = node, case .length = graph[id].kind else { continue }
      let user = nodes.compactMap { other -> SourceRange? in
        guard case .sop(let reader) = other, case .map(_, let inputs) = graph[reader].kind,
          inputs.contains(id)
        else { return nil }
        return graph[reader].range
      }.first
      report(
        "a causal circuit cannot know the length of the input", user ?? range,
        "attention sees only the tokens so far; use indices + 1, or causal = false")
      return
    }
  }

  // MARK: Values of settings

  private func evaluate(_ expression: Expression, _ environment: Environment) -> Datum? {
    do {
      let value = try evaluator.evaluate(expression, in: environment)
      if case .unknown = value { return nil }
      return value
    } catch {
      evaluator.report(error)
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

  private func string(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> String? {
    guard let (value, range) = datum(setting, environment) else { return nil }
    guard case .value(.string(let text)) = value else {
      report("'\(setting!.key.text)' must be a string, not \(value.kindName)", range)
      return nil
    }
    return text
  }

  private func length(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> Int? {
    guard let (value, range) = datum(setting, environment) else { return nil }
    guard case .value(.int(let number)) = value, (1...Circuit.maximumLength).contains(number) else {
      report("'\(setting!.key.text)' must be a whole number from 1 to \(Circuit.maximumLength)", range)
      return nil
    }
    return number
  }

  private func flag(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> Bool {
    guard let setting else { return false }
    // `true` and `false` are what people write first.
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

  private func sop(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> SOpID? {
    guard let (value, range) = datum(setting, environment) else { return nil }
    guard case .sop(let id) = value else {
      report("'\(setting!.key.text)' must be an s-op, not \(value.kindName)", range)
      return nil
    }
    return id
  }

  /// The condition in `inputs = where(...)`. `where` means this only here.
  private func domain(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> SOpID? {
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

  private func vocabulary(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> [Value] {
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

  private func group(
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

  private func model(_ setting: CircuitSyntax.Setting?, _ environment: Environment) -> Circuit.ModelOverrides
  {
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
