import Runtime

/// What a transformer's output at a position means.
package enum OutputSpace: Hashable, Sendable {
  /// One logit per value; the largest decides. The index of a value is its id.
  case categorical([Value])
  /// One number: the value itself.
  case numerical
}
