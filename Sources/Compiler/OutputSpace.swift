import Runtime

/// What a transformer's output at a position means.
public enum OutputSpace: Hashable, Sendable {
  /// One logit a value; the greatest decides. A value's place is its id.
  case categorical([Value])
  /// One number: the value itself.
  case numerical
}
