import Diagnostics
import Parser

/// Turns a program into a graph of s-ops; start reading here.
///
/// A ``ScalarEvaluator`` runs the statements and computes what is plain data. What is done with s-ops and
/// selectors comes here, as its ``SequenceOperations``, and becomes nodes of the graph: a file for each kind of
/// operation. That RASP's functions are macros over s-ops is why running a program builds its graph: loops and
/// calls unroll, and what is left is elementwise functions and attention.
///
/// Inputs are looked at only where a program applies an s-op to one, and where an ``ElaborationObserver`` tries
/// out every node.
final class Elaborator: SequenceOperations {
  let base: Base
  let evaluator: ScalarEvaluator
  weak var observer: (any ElaborationObserver)?
  var nodes: GraphBuilder
  var files: LoadedFiles
  var log = DiagnosticLog()
  /// The circuit blocks so far, but for those of loaded files where there is no observer.
  var circuits: [CircuitBlock] = []
  /// The input that the expression being evaluated is about to be applied to.
  var trialInput = TrialInput.example
  private(set) var cache: EvaluationCache

  /// For a program, with no more than the nodes that the language itself provides.
  ///
  /// - Parameters:
  ///   - tokensAreStrings: Whether `tokens` is `tokens_str`, as in RASP 0.1, or the tokens as they are.
  ///   - tokenTypes: What is known of the tokens' types.
  ///   - texts: Texts by path for `load` to take in place of files.
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

  /// Runs a program's own file; what is wrong with it is in the log.
  ///
  /// - Returns: The names of its top level.
  func elaborate(_ parsed: Parser.Result, named name: String) -> Environment {
    log.add(parsed.diagnostics)
    files.begin(parsed.program.file)
    let environment = Environment(name: name, parent: base.environment)
    run(parsed.program, in: environment)
    return environment
  }

  /// Runs a file's statements; what fails is reported and what depends on it is passed over in silence.
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

  /// Reports unknown names in parts of a file that running it has not reached.
  func checkNames(of program: ProgramSyntax, in environment: Environment) {
    guard !files.areIncomplete else { return }
    var checker = NameChecker(environment)
    checker.check(program)
    for diagnostic in checker.diagnostics { log.report(diagnostic) }
  }

  // MARK: One thing after another

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

  /// The circuit blocks since this was last asked.
  func takeCircuits() -> [CircuitBlock] {
    defer { circuits = [] }
    return circuits
  }

  /// What has been found to be wrong since this was last asked.
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
  /// After a statement failed: its names are bound to nothing known, so that no use of them is an error.
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
