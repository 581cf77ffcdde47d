import Diagnostics
import Runtime

/// A variable of the program that has the same value at every position of every input, and so no component.
public struct FoldedConstant: Sendable, Hashable {
  public let name: String
  public let value: Value
  /// The range of the expression that it is assigned.
  public let range: SourceRange?
}
