import Foundation

/// Shares as people read them.
enum Percent {
  /// `99.95%`; never rounded up, so that 100% is all.
  static func text(_ share: Double) -> String {
    String(format: "%.2f%%", (share * 10_000).rounded(.down) / 100)
  }
}
