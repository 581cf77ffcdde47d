/// A proof that a compiled transformer computes its program on every input of every length, and by what
/// margin.
package struct Proof: Sendable, Hashable {
  /// The smallest difference in attention score that decides what is selected; nil if there are no heads.
  package var margin: Double?
  /// The largest possible error of any direction of a variable, or of a number, in float32 arithmetic.
  package var error: Double
  /// The largest possible error of an output's logit, or of a numerical output.
  package var outputError: Double
  /// The number of combinations of values that were checked.
  package var combinations: Int

  package init(margin: Double?, error: Double, outputError: Double, combinations: Int) {
    self.margin = margin
    self.error = error
    self.outputError = outputError
    self.combinations = combinations
  }
}
