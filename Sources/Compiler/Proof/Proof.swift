/// That a compiled transformer computes its program on every input of every length, and by what margin.
public struct Proof: Sendable, Hashable, Codable {
  /// The smallest difference between attention scores that decides what is selected; nil if there is no head.
  public var margin: Double?
  /// The largest possible error of any direction of a variable, or of a number, in float32 arithmetic.
  public var error: Double
  /// The largest possible error of an output's logit, or of a numerical output.
  public var outputError: Double
  /// The number of combinations of values that were checked.
  public var combinations: Int

  enum CodingKeys: String, CodingKey {
    case margin, error, combinations
    case outputError = "output_error"
  }
}
