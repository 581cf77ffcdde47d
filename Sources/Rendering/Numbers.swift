import Foundation

/// Numbers as people read them.
package enum Numbers {
  /// A number with the given number of decimals: `0.50`.
  package static func decimals(_ value: Double, _ count: Int) -> String {
    String(format: "%.\(count)f", value)
  }

  /// A number with so many significant digits: `0.03145`.
  package static func significant(_ value: Double, _ count: Int) -> String {
    String(format: "%.\(count)g", value)
  }

  /// A share as a percentage, `99.95%`; never rounded up, so that 100% is all.
  package static func percent(_ share: Double) -> String {
    decimals((share * 10_000).rounded(.down) / 100, 2) + "%"
  }

  /// The same without decimals: `99%`.
  package static func wholePercent(_ share: Double) -> String { "\(Int((share * 100).rounded(.down)))%" }

  /// A p-value: three decimals, or its order of magnitude if those would be zeros: `0.042`, `4e-05`.
  package static func pValue(_ p: Double) -> String {
    p < 0.001 ? String(format: "%.0e", p) : decimals(p, 3)
  }

  /// Seconds as people say them: `8 s`, `3 min 20 s`, `2 h 5 min`.
  package static func duration(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded())
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
