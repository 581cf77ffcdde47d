import Foundation
import Rendering

extension Figure {
  /// How the weights of the compiled transformer, the trained one and the behaviour-only baseline are
  /// distributed, on a logarithmic scale of shares.
  package static func weights(_ weights: [CircuitModel: WeightSummary], title: String) -> Figure {
    let names = [
      (CircuitModel.hl, "compiled"), (.ll, "trained (SIIT)"), (.natural, "behaviour-only baseline"),
    ].filter { weights[$0.0] != nil }
    let (left, top, width, height) = (48.0, 10.0, 330.0, 190.0)
    let decades = 4.0
    var figure = Figure(width: left + width + 12, height: top + height + 62, title: title)
    for decade in 0...Int(decades) {
      let y = top + height * Double(decade) / decades
      figure.line([(left, y), (left + width, y)], "rule")
      figure.text(
        decade == 0 ? "100%" : decade == 1 ? "10%" : decade == 2 ? "1%" : decade == 3 ? "0.1%" : "0.01%",
        left - 6, y + 4, "small faint", anchor: .end)
    }
    for (place, name) in names.enumerated() {
      guard let summary = weights[name.0] else { continue }
      let total = Double(max(summary.counts.reduce(0, +), 1))
      let step = width / Double(summary.counts.count)
      var points: [Point] = []
      for (bin, count) in summary.counts.enumerated() {
        let share = max(Double(count) / total, pow(10, -decades))
        let y = top + height * -log10(share) / decades
        points += [(left + step * Double(bin), y), (left + step * Double(bin + 1), y)]
      }
      figure.line(points, "c\(place)")
      let x = left + (place == 2 ? 0 : Double(place) * 120)
      let y = top + height + (place == 2 ? 54 : 36)
      figure.line([(x, y - 4), (x + 20, y - 4)], "c\(place)")
      figure.text(name.1, x + 26, y, "small")
    }
    if let summary = weights.values.first {
      for value in [summary.lowest, (summary.lowest + summary.highest) / 2, summary.highest] {
        let x = left + width * (value - summary.lowest) / (summary.highest - summary.lowest)
        figure.text(Numbers.decimals(value, 1), x, top + height + 16, "small faint", anchor: .middle)
      }
    }
    return figure
  }
}
