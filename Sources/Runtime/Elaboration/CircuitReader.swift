import Diagnostics
import Parser

/// Reads `circuit` blocks, given the names of the program.
struct CircuitReader {
  let elaborator: Elaborator

  private static let keys = [
    "about", "vocab", "max_len", "min_len", "causal", "inputs", "output", "balance", "model", "siit",
  ]

  init(_ elaborator: Elaborator) { self.elaborator = elaborator }

  /// The types of the tokens, as far as the blocks' vocabularies show them before anything is evaluated.
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

  /// The circuit that a block declares; nil if something is wrong with it, which has then been reported.
  func read(_ block: CircuitBlock) -> Circuit? {
    let (syntax, environment) = (block.syntax, block.environment)
    let reportedBefore = elaborator.log.diagnostics.count
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
    guard let longest, let output, elaborator.log.diagnostics.count == reportedBefore else { return nil }
    return Circuit(
      name: syntax.name.text, about: about, vocabulary: vocabulary, lengths: shortest...longest,
      causal: causal, output: output, balance: balance, domain: domain, model: model, training: training,
      range: block.range)
  }

  static func example(of key: String) -> String {
    switch key {
    case "vocab": #"the tokens, such as vocab = ["a", "b"];"#
    case "inputs": #"such as inputs = where(tokens != "x");"#
    case "max_len": "the most tokens an input may have, such as max_len = 8;"
    default: "the s-op that the circuit computes, such as output = hist;"
    }
  }

  func report(_ message: String, _ range: SourceRange, _ hint: String? = nil) {
    elaborator.log.add(Diagnostic(message, at: range, hint: hint))
  }

  private func refuseLength(_ root: SOpID, _ range: SourceRange) {
    let graph = elaborator.graph
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
}
