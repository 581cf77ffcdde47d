import Runtime

/// The result of comparing a compiled transformer with the interpreter.
package struct VerificationReport: Sendable {
  package internal(set) var inputs = 0
  /// How many of the inputs a search found because they show what random ones rarely do.
  package internal(set) var searched = 0
  /// Positions compared: those at which the program has a value.
  package internal(set) var positions = 0
  package internal(set) var mismatches = 0
  /// Whether every input of every length was compared.
  package internal(set) var isExhaustive = false
  /// The largest error of a numerical output.
  package internal(set) var greatestError = 0.0
  package internal(set) var failure: Failure?

  /// The smallest input found on which the two differ.
  package struct Failure: Sendable {
    package let input: [Value]
    package let position: Int
    package let expected: Value
    package let actual: Value
    /// The first variable, in the order of computation, that the transformer computes wrongly, if the
    /// mismatch could be traced to one.
    package let variable: String?
  }
}
