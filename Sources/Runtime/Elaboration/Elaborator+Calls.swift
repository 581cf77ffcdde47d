import Diagnostics
import Parser

/// Calls of the program's functions, s-ops applied to inputs, and trying out nodes on them.
extension Elaborator {
  func check(_ node: Datum, at range: SourceRange) throws {
    guard let observer else { return }
    try evaluator.located(range) {
      do {
        try observer.tryOut(node, on: trialInput)
      } catch let diagnostic as Diagnostic where diagnostic.range == nil {
        throw evaluator.failure(diagnostic.message, at: range, hint: diagnostic.hint)
      }
    }
  }

  func assigned(_ node: Datum, to name: Name) {
    // The console and files are top levels; functions and comprehensions are not.
    nodes.assign(
      name.text, to: node, at: evaluator.calls.userRange(name.range), isTop: evaluator.calls.isEmpty)
  }

  func calling(
    _ function: FunctionDatum, _ arguments: [Datum], at range: SourceRange, _ run: () throws -> Datum
  ) rethrows -> Datum {
    let result = try trying(on: .example, run)
    if function.syntax.range.file === Library.file, case .sop(let id) = result {
      // For someone who reads the program, the node is the call rather than a line of the library.
      nodes.relabel(id, label(range, function.syntax.name.text))
    }
    if result.isNode { nodes.assign(call: nodes.name(ofCall: function, arguments), to: result) }
    return result
  }

  func applying(to arguments: [Datum], _ evaluate: () throws -> Datum) rethrows -> Datum {
    guard arguments.count == 1 else { return try evaluate() }
    return try trying(on: arguments[0].inputTokens.map { .tokens($0) } ?? .invalid, evaluate)
  }

  /// Runs `body`, and tries out nodes on another input in it.
  func trying<Output>(on input: TrialInput, _ body: () throws -> Output) rethrows -> Output {
    let outer = trialInput
    trialInput = input
    defer { trialInput = outer }
    return try body()
  }

  func apply(_ node: Datum, to arguments: [Datum], at range: SourceRange) throws -> Datum {
    guard arguments.count == 1 else {
      throw evaluator.failure(
        "\(node.kindName) must be applied to one input, not to \(arguments.count)", at: range)
    }
    guard let tokens = arguments[0].inputTokens else {
      throw evaluator.failure(
        "\(node.kindName) must be applied to a non-empty string or list of values", at: range)
    }
    switch node {
    case .sop(let id):
      try evaluator.countStep(range, elements: 8 * tokens.count)
      return .display(DisplayDatum(input: tokens, content: .sequence(try values(of: id, on: tokens))))
    case .selector(let id):
      try evaluator.countStep(range, elements: min(tokens.count, 1 << 20) * min(tokens.count, 1 << 20))
      return .display(DisplayDatum(input: tokens, content: .matrix(try rows(of: id, on: tokens))))
    default: preconditionFailure("not an s-op or a selector")
    }
  }
}
