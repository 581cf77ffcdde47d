import Diagnostics
import Parser

/// Statements that concern the program as a whole: `draw`, `load`, circuit blocks and commands.
extension Elaborator {
  var mayLackNames: Bool { observer == nil && files.areIncomplete }

  func execute(_ statement: Statement, in environment: Environment) throws -> StatementOutcome {
    switch statement.kind {
    case .draw(let subject, let input):
      return try draw(subject, input, statement.range, in: environment)
    case .load(let name): try load(name, into: environment)
    case .circuit(let syntax):
      circuits.append(CircuitBlock(syntax: syntax, range: statement.range, environment: environment))
    default: preconditionFailure("not a statement about a program")
    }
    return .nothing
  }

  func perform(
    _ command: Statement.Command, at range: SourceRange, in environment: Environment
  ) throws {
    var argument: Operand?
    if case .setExample(_, let syntax) = command {
      let value = try evaluator.evaluate(syntax, in: environment)
      argument = Operand(syntax: syntax, value: try evaluator.materialized(value, syntax.range))
    }
    try evaluator.located(range) { try observer?.perform(command, argument) }
  }

  private func draw(
    _ subject: Expression, _ input: Expression?, _ range: SourceRange, in environment: Environment
  ) throws -> StatementOutcome {
    var tokens: [Value]?
    if let input {
      let value = try evaluator.evaluate(input, in: environment)
      guard let given = value.inputTokens else {
        throw evaluator.failure(
          "an input must be a non-empty list or string, not \(value.kindName)", at: input.range)
      }
      tokens = given
    }
    let value = try trying(on: tokens.map { .tokens($0) } ?? trialInput) {
      try evaluator.evaluate(subject, in: environment)
    }
    if case .unknown = value { throw AlreadyReported() }
    guard case .sop(let id) = value else {
      throw evaluator.failure("draw takes an s-op, not \(value.kindName)", at: subject.range)
    }
    guard let observer else { return .nothing }
    return .display(try observer.draw(id, on: tokens, at: range))
  }

  // MARK: Loading

  private func load(_ name: Name, into environment: Environment) throws {
    let file = try evaluator.located(name.range) { try files.begin(name) }
    defer { files.end() }
    let parsed = Parser.read(file)
    let inner = Environment(name: name.text, parent: base.environment, importer: environment)
    if parsed.program.declaresCircuits { inner.define("tokens", .sop(base.tokens)) }
    try evaluator.outsideCalls {
      if let observer {
        try run(parsed, in: inner, for: observer)
      } else {
        let outer = circuits
        log.add(parsed.diagnostics)
        run(parsed.program, in: inner)
        checkNames(of: parsed.program, in: inner)
        // A program's circuits are those in its own file.
        circuits = outer
      }
    }
  }

  private func run(
    _ parsed: Parser.Result, in environment: Environment, for observer: any ElaborationObserver
  ) throws {
    observer.willLoadFile()
    defer { observer.didLoadFile() }
    for diagnostic in parsed.diagnostics { observer.didRunLoaded(.failure(diagnostic)) }
    for statement in parsed.program.statements {
      do {
        observer.didRunLoaded(try run(statement, in: environment))
      } catch let diagnostic as Diagnostic {
        observer.didRunLoaded(.failure(diagnostic))
      } catch is AlreadyReported {
        continue
      }
    }
  }
}

extension ProgramSyntax {
  fileprivate var declaresCircuits: Bool {
    statements.contains { if case .circuit = $0.kind { true } else { false } }
  }
}
