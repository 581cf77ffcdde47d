import ArgumentParser
import Foundation

/// `raspc repl`: programs statement by statement, and circuits looked into.
struct ReplCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repl",
    abstract: "Tries out programs, statement by statement.",
    discussion: """
      On a terminal: editing, history and completion by readline; :help lists what can be asked. \
      Otherwise standard input is read as a script. Values go to standard output, what is refused to \
      standard error; a script in which anything was refused ends with exit status 1.
      """)

  @Argument(help: "Program files to load first.", completion: .file(extensions: ["rasp"]))
  var files: [String] = []

  func run() throws {
    let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    let source: any LineSource = isTerminal ? TerminalLines() : ScriptLines()
    var repl = REPL(source: source, isTerminal: isTerminal)
    let succeeded = try repl.run(loading: files)
    if !succeeded, !isTerminal { throw ExitCode.failure }
  }
}
