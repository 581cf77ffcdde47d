/// The results of a search for swaps that fail.
public struct WorstCases: Codable, Sendable, Hashable {
  /// The number of swaps tried for each component.
  public var tries: Int
  /// How many of them have a wrong position, by component; components without any are left out.
  public var failures: [String: Int]

  public init(tries: Int, failures: [String: Int]) {
    self.tries = tries
    self.failures = failures
  }
}
