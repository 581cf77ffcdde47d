import Transformer

/// Why a claim about a compiled transformer could not be shown.
package struct ProofError: Error, Sendable, CustomStringConvertible {
  /// The component that was checked; nil for the embedding and the unembedding.
  package let component: Component?
  package let variable: String?
  package let message: String
  /// Whether the reason is rounding, or attention that leaks.
  package var isInexact = false

  package var description: String {
    var text = variable.map { "`\($0)`" } ?? ""
    if let component { text += (text.isEmpty ? "" : " in ") + component.hookName }
    return (text.isEmpty ? "" : text + ": ") + message
  }
}
