/// The input on which a session tries out an expression.
enum TrialInput {
  case example
  case tokens([Value])
  /// The argument is no input; an s-op or selector tried out on it fails.
  case invalid
}
