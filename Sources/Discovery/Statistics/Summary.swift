/// Averages, quartiles and correlations of samples.
package enum Summary {
  /// Nil if there are no values.
  package static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  package static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

  /// By linear interpolation between the sorted values, as in numpy.
  package static func quantile(_ values: [Double], _ part: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let place = part * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }

  /// Pearson's correlation; nil if a sample does not vary.
  package static func correlation(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count)
    guard let a = mean(first), let b = mean(second) else { return nil }
    let covariance = zip(first, second).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    let spread = first.reduce(0) { $0 + ($1 - a) * ($1 - a) }
    let otherSpread = second.reduce(0) { $0 + ($1 - b) * ($1 - b) }
    guard spread > 0, otherSpread > 0 else { return nil }
    return covariance / (spread * otherSpread).squareRoot()
  }

  /// Spearman's rank correlation; nil if a sample does not vary.
  package static func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double? {
    correlation(Ranks(first).ranks, Ranks(second).ranks)
  }
}
