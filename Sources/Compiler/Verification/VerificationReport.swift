import Runtime

/// The result of comparing a compiled transformer with the interpreter.
public struct VerificationReport: Sendable {
  public internal(set) var inputs = 0
  /// How many of the inputs a search found because they show what random ones rarely do.
  public internal(set) var searched = 0
  /// Positions compared: those at which the program has a value.
  public internal(set) var positions = 0
  public internal(set) var mismatches = 0
  /// Whether every input of every length was compared.
  public internal(set) var isExhaustive = false
  /// The largest error of a numerical output.
  public internal(set) var greatestError = 0.0
  public internal(set) var failure: Failure?

  /// The smallest input found on which the two differ.
  public struct Failure: Sendable {
    public let input: [Value]
    public let position: Int
    public let expected: Value
    public let actual: Value
    /// The first variable, in the order of computation, that the transformer computes wrongly, if the
    /// mismatch could be traced to one.
    public let variable: String?
  }
}
