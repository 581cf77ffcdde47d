import Foundation

/// The Wilcoxon-Mann-Whitney test of whether two samples come from one distribution. Two-sided.
package struct MannWhitney: Sendable, Hashable {
  /// How often a value of the first sample is above one of the second, ties counting half.
  package let statistic: Double
  package let pValue: Double
  /// Whether the p-value is exact; otherwise, it is the normal approximation with corrections for ties and
  /// continuity.
  package let isExact: Bool

  /// Exact if there are no ties and one sample has at most 8 values, as in scipy's `mannwhitneyu`.
  ///
  /// Nil if a sample is empty.
  package init?(_ first: [Double], _ second: [Double]) {
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let ranking = Ranks(first + second)
    let (n, m) = (first.count, second.count)
    let rankSum = ranking.ranks[..<n].reduce(0, +)
    let u = rankSum - Double(n * (n + 1)) / 2
    statistic = u
    let extreme = max(u, Double(n * m) - u)
    isExact = !ranking.hasTies && min(n, m) <= 8
    if isExact {
      let counts = Self.counts(n, m)
      let all = counts.reduce(0, +)
      let atLeast = counts[Int(extreme)...].reduce(0, +)
      pValue = min(1, 2 * atLeast / all)
    } else {
      let total = Double(n + m)
      let variance =
        Double(n * m) / 12 * (total + 1 - ranking.tieTerm / (total * (total - 1)))
      guard variance > 0 else {
        pValue = 1
        return
      }
      let z = (extreme - Double(n * m) / 2 - 0.5) / variance.squareRoot()
      pValue = min(1, Normal.upperTail(z) * 2)
    }
  }

  /// In how many orders of n and m values the statistic is 0, 1, ...: the coefficients of the Gaussian
  /// binomial.
  private static func counts(_ n: Int, _ m: Int) -> [Double] {
    // table[j][u]: orders of i values of the first and j of the second, for i = 0 and then i = 1 to n.
    var table = [[Double]](repeating: [1], count: m + 1)
    for i in 1...n {
      var next: [[Double]] = [[1]]
      for j in 1...max(m, 1) where j <= m {
        var counts = [Double](repeating: 0, count: i * j + 1)
        // The largest value is from the first sample, above all j of the second, or from the second.
        for (u, count) in table[j].enumerated() { counts[u + j] += count }
        for (u, count) in next[j - 1].enumerated() { counts[u] += count }
        next.append(counts)
      }
      table = next
    }
    return table[m]
  }
}

/// The standard normal distribution.
enum Normal {
  /// The probability of a value above z.
  static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }
}
