/// An operation that has no value for its arguments.
public struct EvaluationError: Error, Sendable {
  public let message: String
  public let hint: String?
  public init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
