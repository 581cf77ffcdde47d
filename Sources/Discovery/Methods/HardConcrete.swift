import Foundation

/// Gates that are often exactly 0 or 1 and yet have gradients: the hard-concrete distribution (Louizos et al.
/// 2018, arXiv 1712.01312), with the constants of subnetwork probing (Cao et al. 2021, arXiv 2104.03514).
enum HardConcrete {
  static let temperature = 2.0 / 3
  static let low = -0.1
  static let high = 1.1
  /// The logit at which a gate without noise is 0.9.
  static let initialLogit = log(((0.9 - low) / (high - low)) / (1 - (0.9 - low) / (high - low)))

  /// A gate drawn by means of a uniform number in (0, 1), and its derivative with respect to the logit.
  static func sample(_ logit: Double, _ uniform: Double) -> (gate: Double, slope: Double) {
    let u = min(max(uniform, 1e-6), 1 - 1e-6)
    let s = sigmoid((log(u) - log(1 - u) + logit) / temperature)
    let stretched = s * (high - low) + low
    if stretched <= 0 || stretched >= 1 { return (min(max(stretched, 0), 1), 0) }
    return (stretched, (high - low) * s * (1 - s) / temperature)
  }

  /// The probability that a gate is not 0.
  static func openness(_ logit: Double) -> Double { sigmoid(logit - temperature * log(-low / high)) }

  /// The derivative of ``openness(_:)``.
  static func opennessSlope(_ logit: Double) -> Double {
    let p = openness(logit)
    return p * (1 - p)
  }

  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
