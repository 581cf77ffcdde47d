import ArgumentParser
import Foundation

/// `raspc repl`: runs programs statement by statement, and shows circuits.
struct ReplCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl",
    abstract: "Run programs statement by statement.",
    discussion: """
      On a terminal it has line editing, history and completion; :help lists the commands. Otherwise it \
      reads standard input as a script. Values go to standard output, errors to standard error; the exit \
      status of a script with an error is 1.
      """)

  @Argument(help: "Programs to load first.", completion: .file(extensions: ["rasp"]))
  var files: [String] = []

  func run() throws {
    let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    let source: any LineSource = isTerminal ? TerminalLines() : ScriptLines()
    var repl = REPL(source: source, isTerminal: isTerminal)
    let succeeded = try repl.run(loading: files)
    if !succeeded, !isTerminal { throw ExitCode.failure }
  }
}
