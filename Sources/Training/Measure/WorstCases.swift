/// What a search for swaps that fail has found.
public struct WorstCases: Codable, Sendable, Hashable {
  /// Swaps tried of each component.
  public var tries: Int
  /// Of those, the ones with a wrong position, by component; components without any are left out.
  public var failures: [String: Int]

  public init(tries: Int, failures: [String: Int]) {
    self.tries = tries
    self.failures = failures
  }
}
