/// One error or warning in a program: where, what, and how to fix it.
package struct Diagnostic: Error, Sendable, Hashable {
  package enum Severity: String, Sendable { case error, warning }

  package let severity: Severity
  package let message: String
  /// The text at fault; nil if there is none (a missing file, an option).
  package let range: SourceRange?
  /// What to do about it, printed on a line of its own.
  package let hint: String?

  package init(
    _ message: String, at range: SourceRange? = nil, hint: String? = nil, severity: Severity = .error
  ) {
    self.severity = severity
    self.message = message
    self.range = range
    self.hint = hint
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:col: error: message`, the source line and a caret under the place.
  package var description: String {
    guard let range else {
      return "\(severity.rawValue): \(message)" + (hint.map { "\nhint: \($0)" } ?? "")
    }
    let position = range.file.position(of: range.start)
    let line = range.file.line(position.line)
    // Tabs are kept so that the caret stands under its character whatever the tab width.
    let indent = String(line.prefix(position.column - 1).map { $0 == "\t" ? "\t" : " " })
    let width = max(1, min(range.text.prefix { !$0.isNewline }.count, line.count - position.column + 1))
    var lines = [
      "\(range.file.name):\(position.line):\(position.column): \(severity.rawValue): \(message)",
      line,
      indent + "^" + String(repeating: "~", count: width - 1),
    ]
    if let hint { lines.append("hint: \(hint)") }
    return lines.joined(separator: "\n")
  }
}
