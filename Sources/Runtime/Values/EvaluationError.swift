/// An operation that has no value for its arguments.
package struct EvaluationError: Error, Sendable {
  package let message: String
  package let hint: String?
  package init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }
}
