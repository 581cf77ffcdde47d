import Transformer

/// Why something that a compiled transformer is said to hold could not be shown.
public struct ProofError: Error, Sendable, CustomStringConvertible {
  /// The component that was looked at; nil for the embedding and the unembedding.
  public let component: Component?
  public let variable: String?
  public let message: String
  /// Whether it is rounding, or what attention leaks, that is too much.
  public var isInexact = false

  public var description: String {
    var text = variable.map { "`\($0)`" } ?? ""
    if let component { text += (text.isEmpty ? "" : " in ") + component.hookName }
    return (text.isEmpty ? "" : text + ": ") + message
  }
}
