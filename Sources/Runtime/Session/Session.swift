import Diagnostics
import Parser

/// Runs statements one after another, checking and printing them as RASP 0.1 does. Start reading here.
///
/// Every s-op and selector is tried out on a running example; a statement has no effect if any part of it
/// fails there. A session prints what RASP 0.1 prints, line by line, except that error messages are its own.
package final class Session {
  /// A line of an answer.
  package enum Line: Sendable {
    /// As RASP 0.1 prints it; may hold several lines.
    case text(String)
    case diagnostic(Diagnostic)
    /// Something that RASP 0.1 does not print.
    case note(String)
  }

  /// The answer to a line of input.
  package struct Response: Sendable {
    package var lines: [Line] = []
    /// Whether the statement continues on the next line.
    package var needsMore = false
    /// Whether the user has left.
    package var isFinished = false
  }

  /// The folder in which drawings are written.
  package var drawingFolder = "comp_flows"
  /// The circuits declared so far, by name; a later one replaces an earlier one.
  package private(set) var circuits: [String: Circuit] = [:]
  /// The session is its observer.
  let elaborator: Elaborator
  let console: Environment
  var examples = RunningExamples()
  /// The answer to the current entry.
  var answer = Answer()
  /// The results of the files being loaded, and the settings of examples before each of them.
  var loaded: [StatementOutcome] = []
  var outerExamples: [RunningExamples] = []
  /// The lines of an unfinished statement.
  private(set) var buffer = StatementBuffer()

  package init(limits: Limits = Limits(), isInterrupted: @escaping @Sendable () -> Bool = { false }) {
    elaborator = Elaborator(
      tokensAreStrings: true, tokenTypes: .any, limits: limits, isInterrupted: isInterrupted)
    let base = elaborator.base.environment
    let reserved = Set(base.ownVariables.keys).subtracting(["tokens"])
    console = Environment(name: "console", parent: base, reserved: reserved)
    if let tokens = base.lookUp("tokens") { console.define("tokens", tokens) }
    elaborator.observer = self
  }

  /// Takes one line of input.
  package func feed(_ line: String) -> Response {
    answer = Answer()
    // A line with only a comment is never part of a statement, even inside an unfinished one.
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

  /// Discards an unfinished statement.
  package func cancelStatement() { buffer = StatementBuffer() }

  /// Whether there is an unfinished statement.
  package var isInStatement: Bool { !buffer.isEmpty }

  /// Loads a file as `load` does.
  package func load(_ path: String) -> Response {
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

  /// The graph so far.
  package var graph: SOpGraph { elaborator.graph }

  /// A program with just this one of the circuits.
  package func program(of circuit: Circuit) -> Program {
    Program(graph: graph, circuits: [circuit], sops: console.ownSOps)
  }
}
