import Diagnostics

/// The answer to one entry of a session, as it grows.
struct Answer {
  private(set) var response = Session.Response()
  /// Bytes that have been shown.
  private var shown = 0

  /// Bytes that an entry may show.
  static let maximumOutput = 20_000_000

  /// Adds a line that RASP 0.1 prints, up to what one entry may show.
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

  /// Says why a statement has been refused.
  mutating func refuse(_ error: any Error) {
    switch error {
    case let diagnostic as Diagnostic: add(diagnostic)
    case is Interrupted: add(Diagnostic("interrupted"))
    case is AlreadyReported: break
    default: add(Diagnostic("\(error)"))
    }
  }

  /// The statement goes on with the next line.
  mutating func wait() { response.needsMore = true }

  /// The user has left.
  mutating func finish() { response.isFinished = true }
}
