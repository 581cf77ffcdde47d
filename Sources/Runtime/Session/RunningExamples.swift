import Parser

/// The inputs on which a session tries out nodes, and how it shows their values.
struct RunningExamples {
  private(set) var sop: Datum = .value(.string("hello"))
  private(set) var selector: Datum = .value(.string("hello"))
  private(set) var showsSOps = true
  private(set) var showsSelectors = true
  /// Whether s-ops are shown in full: in columns below the input.
  var areVerbose = false

  /// Sets the example of s-ops, of selectors, or of both.
  mutating func set(_ kind: Statement.ExampleKind?, to example: Datum) {
    if kind != .selector { sop = example }
    if kind != .sop { selector = example }
  }

  /// Adopts which examples are shown.
  mutating func showAs(_ others: RunningExamples) {
    showsSOps = others.showsSOps
    showsSelectors = others.showsSelectors
  }

  mutating func show(_ kind: Statement.ExampleKind?, _ isOn: Bool) {
    if kind != .selector { showsSOps = isOn }
    if kind != .sop { showsSelectors = isOn }
  }
}
