/// The Wilcoxon signed-rank test: are paired differences symmetric about zero? Two-sided, zeros left out.
public struct WilcoxonSignedRank: Sendable, Hashable {
  /// The lesser of the sums of ranks of positive and of negative differences.
  public let statistic: Double
  public let pValue: Double
  /// Whether the p-value is exact; else it is the normal approximation with ties corrected.
  public let isExact: Bool
  /// Differences that are not zero.
  public let count: Int

  /// Exact, with ties too, for up to 50 differences that are not zero.
  ///
  /// Nil where all differences are zero.
  public init?(_ differences: [Double]) {
    let nonzero = differences.filter { $0 != 0 }
    guard !nonzero.isEmpty else { return nil }
    count = nonzero.count
    let ranking = Ranks(nonzero.map(abs))
    let total = Double(count * (count + 1)) / 2
    let positive = zip(nonzero, ranking.ranks).reduce(0) { $0 + ($1.0 > 0 ? $1.1 : 0) }
    statistic = min(positive, total - positive)
    isExact = count <= 50
    if isExact {
      // Over all sign patterns: in how many the doubled sum (ranks may be halves) is 0, 1, ...
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
