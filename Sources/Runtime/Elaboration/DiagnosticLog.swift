import Diagnostics

/// The errors of a program, in the order in which they are found.
struct DiagnosticLog {
  private(set) var diagnostics: [Diagnostic] = []
  private var reported: Set<SourceRange> = []

  mutating func add(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  mutating func add(_ diagnostics: [Diagnostic]) { self.diagnostics += diagnostics }

  /// Adds an error that ended a statement, unless its place has been reported already.
  mutating func report(_ error: any Error) {
    switch error {
    case is AlreadyReported: break
    case is Interrupted: add(Diagnostic("interrupted"))
    case let diagnostic as Diagnostic:
      // The same place fails again at every call and in every iteration of a loop.
      if let range = diagnostic.range, !reported.insert(range).inserted { return }
      add(diagnostic)
    default: add(Diagnostic("\(error)"))
    }
  }
}
