import Diagnostics
import Parser

/// Statements one after another, with RASP 0.1's way of checking and printing them; start reading here.
///
/// Every s-op and selector is tried out on a running example; a statement of which any part fails on it
/// has no effect. What a session prints is, line by line, what RASP 0.1 prints; what it refuses it says in
/// its own words.
public final class Session {
  /// A line of a session's answer.
  public enum Line: Sendable {
    /// As RASP 0.1 prints it; may hold several lines.
    case text(String)
    case diagnostic(Diagnostic)
    /// Something RASP 0.1 does not print.
    case note(String)
  }

  /// What a session answers to a line of input.
  public struct Response: Sendable {
    public var lines: [Line] = []
    /// Whether the statement goes on; the next line is read as part of it.
    public var needsMore = false
    /// Whether the user has left.
    public var isFinished = false
  }

  /// Where drawings go.
  public var drawingFolder = "comp_flows"
  /// The circuits declared so far, by name; a later one replaces an earlier one.
  public private(set) var circuits: [String: Circuit] = [:]
  /// Its observer is the session.
  let elaborator: Elaborator
  let console: Environment
  var examples = RunningExamples()
  /// The answer to the present entry.
  var answer = Answer()
  /// What has come of the files being loaded, and how examples were shown before each of them.
  var loaded: [StatementOutcome] = []
  var outerExamples: [RunningExamples] = []
  /// The lines of a statement that has been begun.
  private(set) var buffer = StatementBuffer()

  public init(limits: Limits = Limits(), isInterrupted: @escaping @Sendable () -> Bool = { false }) {
    elaborator = Elaborator(
      tokensAreStrings: true, tokenTypes: .any, limits: limits, isInterrupted: isInterrupted)
    let base = elaborator.base.environment
    let reserved = Set(base.ownVariables.keys).subtracting(["tokens"])
    console = Environment(name: "console", parent: base, reserved: reserved)
    if let tokens = base.lookUp("tokens") { console.define("tokens", tokens) }
    elaborator.observer = self
  }

  /// Takes one line of input.
  public func feed(_ line: String) -> Response {
    answer = Answer()
    // A line that is only a comment is never part of a statement, whatever is open.
    let isComment = line.drop { $0 == " " || $0 == "\t" }.hasPrefix("#")
    guard let parsed = buffer.add(isComment ? "\n" : line + "\n") else {
      answer.wait()
      return answer.response
    }
    if let first = parsed.diagnostics.first {
      answer.add(first)
      return answer.response
    }
    for statement in parsed.program.statements {
      run(statement)
      if answer.response.isFinished { break }
    }
    return answer.response
  }

  /// Forgets a statement that has been begun.
  public func cancelStatement() { buffer = StatementBuffer() }

  /// Whether a statement has been begun.
  public var isInStatement: Bool { !buffer.isEmpty }

  /// Loads a file as `load` does.
  public func load(_ path: String) -> Response {
    let name = path.hasSuffix(".rasp") ? String(path.dropLast(5)) : path
    answer = Answer()
    let file = SourceFile(name: "<input>", text: "load \"\(name)\";")
    for statement in Parser.read(file).program.statements { run(statement) }
    return answer.response
  }

  private func run(_ statement: Statement) {
    do {
      print(try elaborator.run(statement, in: console))
      if case .circuit(let syntax) = statement.kind {
        readCircuits()
        if circuits[syntax.name.text] != nil { answer.say("     circuit: \(syntax.name.text)") }
      }
    } catch {
      printLoaded()
      answer.refuse(error)
    }
    readCircuits()
  }

  private func readCircuits() {
    let reader = CircuitReader(elaborator)
    for block in elaborator.takeCircuits() {
      if let circuit = reader.read(block) { circuits[circuit.name] = circuit }
      for diagnostic in elaborator.takeDiagnostics() { answer.add(diagnostic) }
    }
  }

  /// The graph of all that has been said so far.
  public var graph: SOpGraph { elaborator.graph }

  /// One circuit as a program of its own.
  public func program(of circuit: Circuit) -> Program {
    Program(graph: graph, circuits: [circuit], sops: console.ownSOps)
  }
}
