import Rendering
import Runtime

/// The REPL's commands: their names, their help, their completion.
enum Commands {
  static let all: [(usage: String, summary: String)] = [
    (":help [NAME]", "show this list, or what a function does"),
    (":load FILE", "load a program"),
    (":reload", "reload all files"),
    (":type NAME", "show what a name is bound to and the types of its values"),
    (
      ":circuit [NAME]", "show the variables of a circuit or s-op and, once compiled, their components"
    ),
    (":compile [NAME]", "compile a circuit, or an s-op for the running example's tokens"),
    (":attention NAME [INPUT]", "show where an s-op, selector or circuit attends on an input, as a heat map"),
    (":residual NAME INPUT", "show the residual stream of a compiled circuit on an input"),
    (":quit", "quit (also Ctrl-D)"),
  ]

  private static let words = [
    "aggregate(", "select(", "indicator(", "round(", "range(", "len(", "zip(", "not", "and", "or", "if",
    "else", "for", "in", "def", "return", "load", "set example", "show example", "examples on",
    "examples off", "full seq display on", "full seq display off", "draw(",
  ]

  static func completions(of prefix: String, names: [String]) -> [String] {
    let commands = all.map { String($0.usage.prefix { $0 != " " }) }
    let candidates = prefix.hasPrefix(":") ? commands : names + words
    return Set(candidates.filter { $0.hasPrefix(prefix) }).sorted()
  }

  static func help(on name: String, in session: Session) -> String {
    if !name.isEmpty {
      guard let description = session.describe(name) else { return "'\(name)' is not bound to anything" }
      let summary = description.summary.map { ": \($0)" } ?? ""
      return "\(name): \(description.kind) \(description.detail)\(summary)"
    }
    var lines = TextTable(rows: all.map { [$0.usage, $0.summary] }).lines
    lines.append("")
    lines.append("Anything else is a statement, which ends with ';'. Functions beyond RASP 0.1:")
    lines += Session.functions.map { "  \($0.signature): \($0.summary)" }
    return lines.joined(separator: "\n")
  }
}
