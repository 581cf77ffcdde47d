import Transformer

/// Why a claim about a compiled transformer could not be shown.
public struct ProofError: Error, Sendable, CustomStringConvertible {
  /// The component that was checked; nil for the embedding and the unembedding.
  public let component: Component?
  public let variable: String?
  public let message: String
  /// Whether the reason is rounding, or attention that leaks.
  public var isInexact = false

  public var description: String {
    var text = variable.map { "`\($0)`" } ?? ""
    if let component { text += (text.isEmpty ? "" : " in ") + component.hookName }
    return (text.isEmpty ? "" : text + ": ") + message
  }
}
