import Diagnostics

/// A variable of which no swap between inputs was found to change the program's output.
package struct IdleVariable: Sendable, Hashable {
  package let name: String
  /// The place of its assignment.
  package let range: SourceRange?
  /// How many swaps were tried.
  package let swaps: Int
  /// Whether there are no others, so that no swap at all changes the output.
  package let isProved: Bool

  /// The warning that the compiler prints.
  package var diagnostic: Diagnostic {
    Diagnostic(
      "'\(name)' never changes the output: \(reason)", at: range,
      hint: "no swap can test it, so training cannot tell whether a transformer holds it",
      severity: .warning)
  }

  private var reason: String {
    if isProved { return "its values can be taken from any other input" }
    if swaps == 0 { return "it had the same value on every input tried" }
    return "none of the \(swaps) swaps tried changed it"
  }
}
