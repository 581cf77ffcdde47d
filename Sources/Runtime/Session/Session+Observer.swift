import Diagnostics
import Parser

/// Following the elaboration.
extension Session: ElaborationObserver {
  func tryOut(_ node: Datum, on input: TrialInput) throws {
    let tokens: [Value]
    switch input {
    case .tokens(let given): tokens = given
    case .example: tokens = try self.tokens(examples.sop)
    case .invalid: throw EvaluationError("an s-op or selector must be applied to a non-empty string or list")
    }
    switch node {
    case .sop(let id): _ = try elaborator.values(of: id, on: tokens)
    case .selector(let id): _ = try elaborator.rows(of: id, on: tokens)
    default: break
    }
  }

  /// The tokens of a running example.
  func tokens(_ example: Datum) throws -> [Value] {
    guard let tokens = example.inputTokens else {
      throw EvaluationError("the running example must be a non-empty string or list of values")
    }
    return tokens
  }

  func perform(_ command: Statement.Command, _ argument: Operand?) throws {
    switch command {
    case .setExample(let kind, _):
      guard let argument else { return }
      guard argument.value.elements != nil else {
        throw elaborator.evaluator.failure(
          "an example must be a string or a list, not \(argument.value.kindName)", at: argument.range)
      }
      examples.set(kind, to: argument.value)
    case .showExample(let kind):
      if kind != .selector { answer.say("\ts-op example: \(elaborator.nodes.printed(examples.sop))") }
      if kind != .sop { answer.say("\tselector example: \(elaborator.nodes.printed(examples.selector))") }
    case .examples(let kind, let isOn): examples.show(kind, isOn)
    case .fullSequenceDisplay(let isOn): examples.areVerbose = isOn
    case .exit: answer.finish()
    }
  }

  func draw(_ sop: SOpID, on tokens: [Value]?, at range: SourceRange) throws -> DisplayDatum {
    let input = try tokens ?? self.tokens(examples.sop)
    let values = try elaborator.values(of: sop, on: input)
    let path = try GraphDrawing(elaborator, root: sop, input: input).write(
      named: elaborator.nodes.sopNames[sop.index], into: drawingFolder, range)
    answer.note("drawing written to \(path)")
    return DisplayDatum(input: input, content: .sequence(values))
  }

  // MARK: Loading

  func willLoadFile() { outerExamples.append(examples) }

  func didRunLoaded(_ outcome: StatementOutcome) { loaded.append(outcome) }

  /// Prints what a file has bound, without examples.
  func didLoadFile() {
    examples.show(nil, false)
    printLoaded()
    if let outer = outerExamples.popLast() { examples.showAs(outer) }
  }

  /// Prints what loaded files have bound, the last value of each name.
  func printLoaded() {
    let hasFailure = loaded.contains { if case .failure = $0 { true } else { false } }
    var seen: Set<String> = []
    var kept: [StatementOutcome] = []
    for outcome in loaded.reversed() {
      guard case .named(let values) = outcome else {
        if case .failure = outcome { kept.append(outcome) }
        continue
      }
      for (name, value) in values.reversed() where seen.insert(name).inserted || hasFailure {
        if name.hasPrefix("_") || name == "out" { continue }
        kept.append(.named([(name, value)]))
      }
    }
    loaded = []
    for outcome in kept.reversed() { print(outcome) }
  }
}
