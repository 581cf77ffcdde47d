/// An error that is neither in a program nor in a single file.
struct Failure: Error, CustomStringConvertible {
  let message: String
  var hint: String?

  init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
  }

  var description: String { "error: \(message)" + (hint.map { "\nhint: \($0)" } ?? "") }
}
