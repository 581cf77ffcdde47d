/// That a compiled transformer computes its program on every input of every length, and how close it comes to failing.
public struct Proof: Sendable, Hashable, Codable {
  /// The least difference between attention scores that decides what is selected; nil where there is no head.
  public var margin: Double?
  /// The most that any direction of a variable, or a number, may be off in float32 arithmetic.
  public var error: Double
  /// The most that an output's logit, or the number that is output, may be off.
  public var outputError: Double
  /// Combinations of values that were looked at.
  public var combinations: Int

  enum CodingKeys: String, CodingKey {
    case margin, error, combinations
    case outputError = "output_error"
  }
}
