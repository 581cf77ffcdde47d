import Testing

@testable import Training

/// Bounds by scipy 1.17: `scipy.stats.beta.ppf(0.05, k, n - k + 1)`.
@Suite struct ClopperPearsonTests {
  @Test(arguments: [
    (4096, 4096, 0.9992688874435245), (4091, 4096, 0.9974350680800291), (9, 10, 0.6058367),
    (1, 10, 0.0051162), (50, 100, 0.4136217), (0, 10, 0),
  ])
  func lowerBound(successes: Int, trials: Int, expected: Double) {
    let bound = ClopperPearson.lowerBound(successes: successes, trials: trials)
    #expect(abs(bound - expected) < 1e-6)
  }
}
