import Rendering
import Transformer

extension Figure {
  /// Every node's effects as bars, one row per node, those of the circuit first.
  package static func effects(_ evaluation: EvaluationResult, title: String) -> Figure {
    let effects = evaluation.effects.filter(\.inCircuit) + evaluation.effects.filter { !$0.inCircuit }
    let (left, top, row, size) = (96.0, 26.0, 36.0, 270.0)
    var figure = Figure(
      width: left + size + 34, height: top + row * Double(effects.count) + 46, title: title)
    let bottom = top + row * Double(effects.count)
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
      let x = left + tick * size
      figure.line([(x, top), (x, bottom)], "rule")
      figure.text(Numbers.wholePercent(tick), x, bottom + 16, "small faint", anchor: .middle)
    }
    for (place, effect) in effects.enumerated() {
      let y = top + row * Double(place)
      if effect.inCircuit { figure.rectangle(0, y, left - 4, row - 2, "band", radius: 4) }
      figure.text(shortName(effect.component), left - 10, y + 21, anchor: .end)
      for (kind, value) in [effect.resample, effect.mean, effect.zero].enumerated() {
        let y = y + 4 + 9 * Double(kind)
        guard let value else { continue }
        figure.rectangle(left, y, max(value * size, 1), 7, "c\(kind)")
      }
    }
    var x = left
    for (kind, label) in ["resample", "mean", "zero"].enumerated() {
      figure.rectangle(x, 6, 12, 10, "c\(kind)")
      figure.text(label, x + 17, 15, "small")
      x += 32 + 6.6 * Double(label.count)
    }
    figure.text(
      "outputs changed (nodes of the circuit shaded)", left + size / 2, bottom + 36, "small faint",
      anchor: .middle)
    return figure
  }

  /// `head 1.2`, `MLP 0`.
  package static func shortName(_ component: Component) -> String {
    switch component {
    case .head(let layer, let head): "head \(layer).\(head)"
    case .mlp(let layer): "MLP \(layer)"
    }
  }
}
