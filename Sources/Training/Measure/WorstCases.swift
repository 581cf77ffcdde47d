import Transformer

/// The results of a search for swaps that fail.
package struct WorstCases: Sendable, Hashable {
  /// The number of swaps tried for each component.
  package var tries: Int
  /// How many of them have a wrong position, by component; components without any are left out.
  package var failures: [Component: Int]

  package init(tries: Int, failures: [Component: Int]) {
    self.tries = tries
    self.failures = failures
  }
}
