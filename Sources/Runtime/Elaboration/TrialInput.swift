/// The input on which a session tries out an expression.
enum TrialInput {
  case example
  case tokens([Value])
  /// The argument is not an input, so trying out a node on it fails.
  case invalid
}
