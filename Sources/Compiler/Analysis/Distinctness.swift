/// What is known about the values of an s-op at the positions of one input.
enum Distinctness: Hashable, Sendable {
  case unknown
  /// No two are equal.
  case distinct
  /// They are consecutive whole numbers, from a first one on.
  case permutation(from: Int)
}
