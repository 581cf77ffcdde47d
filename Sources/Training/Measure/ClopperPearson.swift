import Foundation

/// The exact confidence bound for a share measured on a sample (Clopper and Pearson, 1934).
enum ClopperPearson {
  /// A lower bound on the true share, which holds except in `1 - confidence` of samples.
  ///
  /// It is the p for which the probability of at least this many successes is 1 - confidence.
  static func lowerBound(successes: Int, trials: Int, confidence: Double = 0.95) -> Double {
    guard successes > 0 else { return 0 }
    let failures = trials - successes
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let p = (low + high) / 2
      if probability(ofAtMost: failures, in: trials, each: 1 - p) < 1 - confidence {
        low = p
      } else {
        high = p
      }
    }
    return low
  }

  /// P(X ≤ failures) for a binomial X.
  private static func probability(ofAtMost failures: Int, in trials: Int, each q: Double) -> Double {
    var logTerm = Double(trials) * log1p(-q)
    var sum = exp(logTerm)
    for k in 0..<failures {
      logTerm += log(Double(trials - k) / Double(k + 1)) + log(q) - log1p(-q)
      sum += exp(logTerm)
    }
    return sum
  }
}
