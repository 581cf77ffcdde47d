import Foundation
import Lexer
import Runtime

/// The loop that reads statements and commands and prints what comes of them; start reading here.
struct REPL {
  private var source: any LineSource
  private let isTerminal: Bool
  private let session: Session
  private var hasFailed = false
  private var loaded: [String] = []

  init(source: any LineSource, isTerminal: Bool) {
    self.source = source
    self.isTerminal = isTerminal
    session = Session(isInterrupted: { Interrupt.isPending })
  }

  /// Reads until the end of the input or `exit`; false where anything was refused.
  mutating func run(loading files: [String]) throws -> Bool {
    if isTerminal { print("RASP; :help lists what can be asked, Ctrl-D leaves") }
    for file in files { load(file) }
    while true {
      let names = session.names
      let input = source.next(prompt: session.isInStatement ? ".. " : ">> ") { prefix in
        Commands.completions(of: prefix, names: names)
      }
      switch input {
      case .end: return !hasFailed
      case .interrupted: session.cancelStatement()
      case .line(let line):
        if !session.isInStatement, line.hasPrefix(":") {
          if command(line) { return !hasFailed }
        } else {
          let response = session.feed(line)
          show(response)
          if response.isFinished { return !hasFailed }
        }
      }
      Interrupt.clear()
    }
  }

  private mutating func load(_ file: String) {
    if !loaded.contains(file) { loaded.append(file) }
    show(session.load(file))
  }

  /// Runs a command such as `:help`; true where it ends the session.
  private mutating func command(_ line: String) -> Bool {
    let words = line.dropFirst().split(separator: " ", maxSplits: 1).map(String.init)
    let argument = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
    switch words.first {
    case "help", "h": print(Commands.help(on: argument, in: session))
    case "quit", "q", "exit": return true
    case "load":
      let path = argument.trimmingCharacters(in: CharacterSet(charactersIn: "\";"))
      path.isEmpty ? refuse(":load needs a file") : load(path)
    case "reload":
      loaded.isEmpty ? refuse("no file has been loaded") : loaded.forEach { show(session.load($0)) }
    case "type":
      guard let description = session.describe(argument) else {
        refuse("unknown name '\(argument)'")
        return false
      }
      print(
        "\(argument): \(description.kind)" + (description.detail.isEmpty ? "" : " of \(description.detail)"))
    default:
      refuse("unknown command ':\(words.first ?? "")'; :help lists the commands")
    }
    return false
  }

  private mutating func refuse(_ message: String) {
    hasFailed = true
    FileHandle.standardError.write(Data("error: \(message)\n".utf8))
  }

  private mutating func show(_ response: Session.Response) {
    for line in response.lines {
      switch line {
      case .text(let text): print(text)
      case .note(let note): print("\t (\(note))")
      case .diagnostic(let diagnostic):
        hasFailed = true
        // In the order in which things happened, on a terminal as in a log of both streams.
        fflush(nil)
        FileHandle.standardError.write(Data("\(diagnostic)\n".utf8))
      }
    }
    if isTerminal { fflush(nil) }
  }
}
