import Rendering

extension Figure {
  /// Box plots of figures between 0 and 1, one row per group: quartiles, median, and every value as a dot.
  package static func boxes(_ groups: [(name: String, values: [Double])], title: String, axis: String)
    -> Figure
  {
    let (left, top, row, size) = (80.0, 8.0, 46.0, 400.0)
    let bottom = top + row * Double(groups.count)
    var figure = Figure(width: left + size + 24, height: bottom + 44, title: title)
    let lowest = groups.flatMap(\.values).min() ?? 0
    let start = lowest >= 0.5 ? 0.5 : 0.0
    func x(_ value: Double) -> Double { left + (value - start) / (1 - start) * size }
    for tick in 0...5 {
      let value = start + (1 - start) * Double(tick) / 5
      figure.line([(x(value), top), (x(value), bottom)], "rule")
      figure.text(Numbers.decimals(value, 1), x(value), bottom + 16, "small faint", anchor: .middle)
    }
    for (place, group) in groups.enumerated() {
      let middle = top + row * (Double(place) + 0.5)
      figure.text(group.name, left - 10, middle + 4, anchor: .end)
      guard let low = Summary.quantile(group.values, 0.25), let median = Summary.median(group.values),
        let high = Summary.quantile(group.values, 0.75), let least = group.values.min(),
        let greatest = group.values.max()
      else { continue }
      figure.line([(x(least), middle), (x(greatest), middle)], "axis")
      figure.rectangle(x(low), middle - 10, max(x(high) - x(low), 1), 20, "box", radius: 2)
      for (index, value) in group.values.sorted().enumerated() {
        // Spread over three rows, so that equal values remain visible.
        figure.circle(x(value), middle + Double(index % 3 - 1) * 6, 3, "c\(place % 6)")
      }
      figure.line([(x(median), middle - 12), (x(median), middle + 12)], "median")
    }
    figure.text(axis, left + size / 2, bottom + 35, "small faint", anchor: .middle)
    return figure
  }
}
