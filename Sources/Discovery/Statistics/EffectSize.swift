/// How large the difference between two samples is.
package enum EffectSize {
  /// Vargha and Delaney's A12 (2000): the probability that a value of the first sample is above one of the
  /// second, with ties counting half. Nil if a sample is empty.
  package static func varghaDelaney(_ first: [Double], _ second: [Double]) -> Double? {
    guard let test = MannWhitney(first, second) else { return nil }
    return test.statistic / Double(first.count * second.count)
  }

  /// Vargha and Delaney's names for an A12: at least 0.56, 0.64 and 0.71, or as far below one half.
  package static func magnitude(_ a12: Double) -> String {
    switch max(a12, 1 - a12) {
    case 0.71...: "large"
    case 0.64..<0.71: "medium"
    case 0.56..<0.64: "small"
    default: "negligible"
    }
  }
}
