import Lexer

/// A variable of which no swap between inputs was found to change the program's output.
public struct IdleVariable: Sendable, Hashable {
  public let name: String
  /// The place of its assignment.
  public let range: SourceRange?
  /// How many swaps were tried.
  public let swaps: Int
  /// Whether there are no others, so that no swap at all changes the output.
  public let isProved: Bool

  /// The warning that the compiler prints.
  public var diagnostic: Diagnostic {
    Diagnostic(
      "'\(name)' never changes the output: \(reason)", at: range,
      hint: "swaps say nothing of it, so training cannot tell whether a transformer holds it",
      severity: .warning)
  }

  private var reason: String {
    if isProved { return "the output is the same with its values from any other input" }
    if swaps == 0 { return "it has one value on all inputs that were tried" }
    return "it does in none of \(swaps) swaps that were tried"
  }
}
