import Diagnostics

/// The answer to one entry of a session, under construction.
struct Answer {
  private(set) var response = Session.Response()
  /// Bytes shown so far.
  private var shown = 0

  /// The largest number of bytes that one entry may show.
  static let maximumOutput = 20_000_000

  /// Adds a line that RASP 0.1 prints, within the limit.
  mutating func say(_ text: String) {
    let limit = Self.maximumOutput
    guard shown <= limit else { return }
    shown += text.utf8.count
    response.lines.append(
      shown <= limit
        ? .text(text)
        : .diagnostic(Diagnostic("the output has more than \(limit) bytes; the rest is left out")))
  }

  mutating func note(_ text: String) { response.lines.append(.note(text)) }

  mutating func add(_ diagnostic: Diagnostic) { response.lines.append(.diagnostic(diagnostic)) }

  /// Adds the reason why a statement was refused.
  mutating func refuse(_ error: any Error) {
    switch error {
    case let diagnostic as Diagnostic: add(diagnostic)
    case is Interrupted: add(Diagnostic("interrupted"))
    case is AlreadyReported: break
    default: add(Diagnostic("\(error)"))
    }
  }

  /// Asks for the next line, on which the statement continues.
  mutating func wait() { response.needsMore = true }

  /// Ends the session.
  mutating func finish() { response.isFinished = true }
}
