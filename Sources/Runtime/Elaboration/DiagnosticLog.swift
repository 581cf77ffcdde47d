import Diagnostics

/// What is wrong with a program, as it is found.
struct DiagnosticLog {
  private(set) var diagnostics: [Diagnostic] = []
  private var reported: Set<SourceRange> = []

  mutating func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  mutating func add(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }

  /// Adds an error that has ended a statement, unless it is known.
  mutating func report(_ error: any Error) {
    switch error {
    case is AlreadyReported: break
    case is Interrupted: add(Diagnostic("interrupted"))
    case let diagnostic as Diagnostic:
      // The same place fails again at every call and in every round of a loop.
      if let range = diagnostic.range, !reported.insert(range).inserted { return }
      add(diagnostic)
    default: add(Diagnostic("\(error)"))
    }
  }
}
