import Rendering

extension Figure {
  /// ROC curves of several methods on one circuit.
  package static func roc(_ curves: [(name: String, curve: ROCCurve)], title: String) -> Figure {
    let (left, top, size) = (44.0, 10.0, 270.0)
    var figure = Figure(width: 330, height: top + size + 42, title: title)
    func point(_ x: Double, _ y: Double) -> Point { (left + x * size, top + (1 - y) * size) }
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
      figure.line([point(tick, 0), point(tick, 1)], "rule")
      figure.line([point(0, tick), point(1, tick)], "rule")
    }
    for tick in [0.0, 0.5, 1.0] {
      let label = tick == 0.5 ? "0.5" : "\(Int(tick))"
      figure.text(label, point(tick, 0).x, top + size + 16, "small faint", anchor: .middle)
      figure.text(label, left - 7, point(0, tick).y + 4, "small faint", anchor: .end)
    }
    figure.line([point(0, 0), point(1, 1)], "rule")
    for (place, curve) in curves.enumerated() {
      figure.line(
        curve.curve.points.map { point($0.falsePositiveRate, $0.truePositiveRate) }, "c\(place % 6)")
    }
    for (place, curve) in curves.enumerated() {
      let y = top + size - 12 - 18 * Double(curves.count - 1 - place)
      figure.line([(left + 118, y - 4), (left + 138, y - 4)], "c\(place % 6)")
      figure.text("\(curve.name) \(Numbers.decimals(curve.curve.area, 3))", left + 144, y, "small")
    }
    figure.text(
      "false positives (across), true positives (up)", left + size / 2, top + size + 34, "small faint",
      anchor: .middle)
    return figure
  }
}
