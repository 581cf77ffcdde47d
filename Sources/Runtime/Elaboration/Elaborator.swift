import Diagnostics
import Parser

/// Turns a program into a graph of s-ops. Start reading here.
///
/// A ``ScalarEvaluator`` runs the statements and computes plain data. It leaves operations on s-ops and
/// selectors to the elaborator, its ``SequenceOperations``, which adds nodes to the graph; there is a file
/// for each kind of operation. Running a program builds its graph because functions in RASP are macros over
/// s-ops: loops and calls unroll, and what remains is elementwise functions and attention.
///
/// Nothing depends on an input, unless the program applies an s-op to one or an ``ElaborationObserver`` tries
/// out every node.
final class Elaborator: SequenceOperations {
  let base: Base
  let evaluator: ScalarEvaluator
  weak var observer: (any ElaborationObserver)?
  var nodes: GraphBuilder
  var files: LoadedFiles
  var log = DiagnosticLog()
  /// The circuit blocks so far. Those of loaded files count only if there is an observer.
  var circuits: [CircuitBlock] = []
  /// The input on which the expression being evaluated is tried out.
  var trialInput = TrialInput.example
  private(set) var cache: EvaluationCache

  /// An elaborator whose graph has only the built-in nodes.
  ///
  /// - Parameters:
  ///   - tokensAreStrings: Whether `tokens` is `tokens_str`, as in RASP 0.1, or the tokens as they are.
  ///   - tokenTypes: What is known about the tokens' types.
  ///   - texts: Texts by path that `load` uses instead of files.
  init(
    tokensAreStrings: Bool, tokenTypes: ValueTypes, limits: Limits, texts: [String: String] = [:],
    isInterrupted: @escaping @Sendable () -> Bool
  ) {
    base = tokensAreStrings ? Base.withStrings : Base.withTokensAsTheyAre
    evaluator = ScalarEvaluator(limits: limits, isInterrupted: isInterrupted)
    nodes = GraphBuilder(base, tokenTypes: tokenTypes, maximumNodes: limits.nodes)
    files = LoadedFiles(texts: texts)
    cache = EvaluationCache(isInterrupted: isInterrupted)
    evaluator.sequences = self
  }

  /// The graph so far.
  var graph: SOpGraph { nodes.graph }

  // MARK: Programs

  /// Runs a program's own file; its errors are in the log.
  ///
  /// - Returns: The names bound at its top level.
  func elaborate(_ parsed: Parser.Result, named name: String) -> Environment {
    log.add(parsed.diagnostics)
    files.begin(parsed.program.file)
    let environment = Environment(name: name, parent: base.environment)
    run(parsed.program, in: environment)
    return environment
  }

  /// Runs the statements of a file. Failures are reported, and whatever depends on them fails silently.
  func run(_ program: ProgramSyntax, in environment: Environment) {
    for statement in program.statements {
      do {
        _ = try run(statement, in: environment)
      } catch {
        log.report(error)
        environment.bindUnknown(statement)
        if error is Interrupted { return }
      }
    }
  }

  /// Reports unknown names in parts of a file that running it did not reach.
  func checkNames(of program: ProgramSyntax, in environment: Environment) {
    guard !files.areIncomplete else { return }
    var checker = NameChecker(environment)
    checker.check(program)
    for diagnostic in checker.diagnostics { log.report(diagnostic) }
  }

  // MARK: Statements and expressions

  /// Runs a statement of a file or a session.
  func run(_ statement: Statement, in environment: Environment) throws -> StatementOutcome {
    evaluator.beginStatement()
    return try evaluator.execute(statement, in: environment).outcome
  }

  /// Evaluates an expression by itself, such as a setting of a circuit.
  func evaluate(_ expression: Expression, in environment: Environment) throws -> Datum {
    evaluator.beginStatement()
    return try evaluator.evaluate(expression, in: environment)
  }

  /// The circuit blocks since the last call.
  func takeCircuits() -> [CircuitBlock] {
    defer { circuits = [] }
    return circuits
  }

  /// The errors since the last call.
  func takeDiagnostics() -> [Diagnostic] {
    defer { log = DiagnosticLog() }
    return log.diagnostics
  }

  // MARK: Values of nodes

  /// The values of an s-op on an input, by RASP 0.1's rules.
  func values(of sop: SOpID, on tokens: [Value]) throws -> [Value] {
    try cache.values(of: sop, on: tokens, in: graph)
  }

  /// What a selector selects on an input: by query position, then key position.
  func rows(of selector: SelectorID, on tokens: [Value]) throws -> [[Bool]] {
    try cache.rows(of: selector, on: tokens, in: graph)
  }
}

extension Environment {
  /// Binds the names of a statement that failed to an unknown value, so that their uses are not reported too.
  fileprivate func bindUnknown(_ statement: Statement) {
    switch statement.kind {
    case .assignment(let names, _): bindUnknown(names)
    case .forLoop(let names, _, let body):
      bindUnknown(names)
      for statement in body { bindUnknown(statement) }
    case .whileLoop(_, let body):
      for statement in body { bindUnknown(statement) }
    case .conditional(let branches, let otherwise):
      for statement in branches.flatMap(\.body) + otherwise { bindUnknown(statement) }
    case .function(let syntax): bindUnknown([syntax.name])
    case .expression, .draw, .load, .returnValues, .circuit, .command: break
    }
  }

  private func bindUnknown(_ names: [Name]) {
    for name in names { try? bind(name.text, to: .unknown) }
  }
}
