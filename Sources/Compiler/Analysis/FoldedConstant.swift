import Diagnostics
import Runtime

/// A variable of the program that has the same value at every position of every input, and so needs no
/// component.
package struct FoldedConstant: Sendable, Hashable {
  package let name: String
  package let value: Value
  /// The range of the expression that it is assigned.
  package let range: SourceRange?
}
