import Transformer

/// The results of a search for swaps that fail.
public struct WorstCases: Sendable, Hashable {
  /// The number of swaps tried for each component.
  public var tries: Int
  /// How many of them have a wrong position, by component; components without any are left out.
  public var failures: [Component: Int]

  public init(tries: Int, failures: [Component: Int]) {
    self.tries = tries
    self.failures = failures
  }
}
