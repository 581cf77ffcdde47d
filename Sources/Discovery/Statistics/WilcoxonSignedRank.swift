/// The Wilcoxon signed-rank test of whether paired differences are symmetric about zero. Two-sided, without
/// zeros.
package struct WilcoxonSignedRank: Sendable, Hashable {
  /// The smaller of the sums of ranks of positive and of negative differences.
  package let statistic: Double
  package let pValue: Double
  /// Whether the p-value is exact; otherwise, it is the normal approximation corrected for ties.
  package let isExact: Bool
  /// The number of non-zero differences.
  package let count: Int

  /// Exact, even with ties, for up to 50 non-zero differences.
  ///
  /// Nil if all differences are zero.
  package init?(_ differences: [Double]) {
    let nonzero = differences.filter { $0 != 0 }
    guard !nonzero.isEmpty else { return nil }
    count = nonzero.count
    let ranking = Ranks(nonzero.map(abs))
    let total = Double(count * (count + 1)) / 2
    let positive = zip(nonzero, ranking.ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    statistic = min(positive, total - positive)
    isExact = count <= 50
    if isExact {
      // The number of sign patterns for which the doubled sum (ranks may be halves) is 0, 1, ...
      var patterns = [Double](repeating: 0, count: Int(2 * total) + 1)
      patterns[0] = 1
      for rank in ranking.ranks.map({ Int(2 * $0) }) {
        for sum in stride(from: patterns.count - 1, through: rank, by: -1) {
          patterns[sum] += patterns[sum - rank]
        }
      }
      let atMost = patterns[...Int(2 * statistic)].reduce(0, +)
      pValue = min(1, 2 * atMost / patterns.reduce(0, +))
    } else {
      let n = Double(count)
      let variance = n * (n + 1) * (2 * n + 1) / 24 - ranking.tieTerm / 48
      pValue = min(1, 2 * Normal.upperTail((total / 2 - statistic) / variance.squareRoot()))
    }
  }
}
