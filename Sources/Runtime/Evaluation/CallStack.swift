import Diagnostics

/// The places of the calls being evaluated, innermost last, and what messages say about them.
struct CallStack {
  private var sites: [SourceRange] = []

  var isEmpty: Bool { sites.isEmpty }

  mutating func enter(_ site: SourceRange) { sites.append(site) }

  mutating func leave() { sites.removeLast() }

  /// The place in the user's text; for code in the library, the call that led there.
  func userRange(_ range: SourceRange) -> SourceRange {
    guard range.file === Library.file else { return range }
    return userSite ?? range
  }

  /// An error at a place. If it has no hint of its own, the hint says which call it is in.
  func diagnostic(_ message: String, at range: SourceRange, hint: String? = nil) -> Diagnostic {
    let place = userRange(range)
    return Diagnostic(message, at: place, hint: hint ?? callHint(at: place))
  }

  private var userSite: SourceRange? { sites.last { $0.file !== Library.file } }

  private func callHint(at place: SourceRange) -> String? {
    guard let site = userSite, site != place else { return nil }
    let line = site.file.position(of: site.start).line
    let file = site.file === place.file ? "" : " of \(site.file.name)"
    return "in the call on line \(line)\(file)"
  }
}
