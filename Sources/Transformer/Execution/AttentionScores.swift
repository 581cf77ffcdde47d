/// One head's attention pattern on a block of sequences and the gradient of its scores: [query, key] of
/// vectors, BOS first.
package struct AttentionScores {
  /// Positions of each sequence, BOS included.
  package let positions: Int
  package let pattern: UnsafePointer<Vector>
  /// Where to add the gradient of the scores whose softmax is the pattern.
  package let gradient: UnsafeMutablePointer<Vector>

  package init(
    positions: Int, pattern: UnsafeMutablePointer<Vector>, gradient: UnsafeMutablePointer<Vector>
  ) {
    self.positions = positions
    self.pattern = UnsafePointer(pattern)
    self.gradient = gradient
  }
}
