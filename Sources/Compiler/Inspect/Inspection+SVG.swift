extension Inspection {
  /// The circuit as a figure: half-layers as rows from the inputs at the bottom to the output at the top,
  /// variables in their components, edges through the residual stream in the colour of what reads them.
  public var svg: String { Figure(self).svg }
}

/// The figure's layout.
private struct Figure {
  private struct Rectangle {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
    var centre: Double { x + width / 2 }
  }

  private let inspection: Inspection
  private let rows: [[Inspection.Box]]
  private var places: [Inspection.Box.Place: Rectangle] = [:]
  private var width = 0.0
  private var height = 0.0

  private static let margin = 24.0
  private static let gapBetweenBoxes = 36.0
  private static let gapBetweenRows = 56.0
  private static let lineHeight = 16.0
  /// A generous width of a character of the 12-pixel sans-serif font.
  private static let characterWidth = 7.2
  private static let headline = 46.0
  private static let legend = 34.0
  private static let colours = ["q": "#1f6fb4", "k": "#c4560e", "v": "#2a8a3c", "": "#555555"]

  init(_ inspection: Inspection) {
    self.inspection = inspection
    rows = inspection.rows.filter { !$0.isEmpty }
    layOut()
  }

  private func size(_ box: Inspection.Box) -> (width: Double, height: Double) {
    let longest = ([box.title] + box.lines).map(\.count).max() ?? 0
    return (
      max(92, Double(longest) * Self.characterWidth + 20), Self.lineHeight * Double(box.lines.count + 1) + 14
    )
  }

  private mutating func layOut() {
    let widths = rows.map { row in
      row.map { size($0).width }.reduce(0, +) + Self.gapBetweenBoxes * Double(row.count - 1)
    }
    let headline = Double(title.count) * Self.characterWidth * 1.25
    // Room at the sides for edges that pass rows by.
    width = max((widths.max() ?? 0) + 120, headline, 420) + 2 * Self.margin
    var y = Self.margin + Self.headline
    for (row, rowWidth) in zip(rows, widths).reversed() {
      let rowHeight = row.map { size($0).height }.max() ?? 0
      var x = (width - rowWidth) / 2
      for box in row {
        let size = size(box)
        places[box.place] = Rectangle(
          x: x, y: y + (rowHeight - size.height) / 2, width: size.width, height: size.height)
        x += size.width + Self.gapBetweenBoxes
      }
      y += rowHeight + Self.gapBetweenRows
    }
    height = y - Self.gapBetweenRows + Self.legend + Self.margin
  }

  private var title: String {
    let circuit = inspection.compiled.circuit
    return circuit.about.isEmpty ? circuit.name : "\(circuit.name): \(circuit.about)"
  }

  var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(number(width))\" height=\"\(number(height))\" "
        + "viewBox=\"0 0 \(number(width)) \(number(height))\" font-family=\"Helvetica, Arial, sans-serif\" "
        + "font-size=\"12\">",
      "<title>\(escaped(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
      "<text x=\"\(number(width / 2))\" y=\"\(number(Self.margin + 16))\" text-anchor=\"middle\" "
        + "font-size=\"15\">\(escaped(title))</text>",
    ]
    lines.append("<defs>")
    for (input, colour) in Self.colours.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "<marker id=\"arrow-\(input.isEmpty ? "m" : input)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
          + "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"\(colour)\"/>"
          + "</marker>")
    }
    lines.append("</defs>")
    for link in inspection.links { lines += edge(link) }
    for row in rows { for box in row { lines += draw(box) } }
    lines += drawLegend()
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private func row(of place: Inspection.Box.Place) -> Int {
    rows.firstIndex { $0.contains { $0.place == place } } ?? 0
  }

  private func edge(_ link: Inspection.Link) -> [String] {
    guard let from = places[link.from], let to = places[link.to] else { return [] }
    let inputs = link.inputs.isEmpty ? [""] : link.inputs
    let passes = row(of: link.to) - row(of: link.from) > 1
    return inputs.map { input in
      let order = Double(["q": -1, "k": 0, "v": 1][input] ?? 0)
      let endX = to.centre + order * min(24, to.width / 4)
      let endY = to.y + to.height
      let startX = from.centre + order * 5
      let startY = from.y
      let path: String
      if passes {
        // Around the rows between, on the side that is nearer.
        let side = (startX + endX) / 2 < width / 2 - 1 || (startX + endX == width && order < 0) ? -1.0 : 1.0
        let reach = max(abs(startX - width / 2), abs(endX - width / 2)) + 70 + 9 * (order + 1)
        let x = max(10, min(width - 10, width / 2 + side * reach))
        path =
          "M\(number(startX)) \(number(startY))C\(number(startX)) \(number(startY - 40)) \(number(x)) "
          + "\(number(startY - 20)) \(number(x)) \(number(startY - 70))L\(number(x)) \(number(endY + 70))"
          + "C\(number(x)) \(number(endY + 20)) \(number(endX)) \(number(endY + 40)) \(number(endX)) \(number(endY))"
      } else {
        let middle = (startY + endY) / 2
        path =
          "M\(number(startX)) \(number(startY))C\(number(startX)) \(number(middle)) \(number(endX)) "
          + "\(number(middle)) \(number(endX)) \(number(endY))"
      }
      return "<path d=\"\(path)\" fill=\"none\" stroke=\"\(Self.colours[input]!)\" stroke-width=\"1.4\" "
        + "marker-end=\"url(#arrow-\(input.isEmpty ? "m" : input))\"/>"
    }
  }

  private func draw(_ box: Inspection.Box) -> [String] {
    guard let place = places[box.place] else { return [] }
    let fill: String
    switch box.place {
    case .component(.head): fill = "#eaf2fb"
    case .component(.mlp): fill = "#fdf1e3"
    default: fill = "#f3f3f3"
    }
    var lines = [
      "<rect x=\"\(number(place.x))\" y=\"\(number(place.y))\" width=\"\(number(place.width))\" "
        + "height=\"\(number(place.height))\" rx=\"6\" fill=\"\(fill)\" stroke=\"#333333\"/>"
    ]
    for (index, line) in ([box.title] + box.lines).enumerated() {
      let style = index == 0 ? " fill=\"#666666\" font-size=\"11\"" : " font-family=\"Menlo, Consolas, monospace\""
      lines.append(
        "<text x=\"\(number(place.centre))\" y=\"\(number(place.y + 18 + Double(index) * Self.lineHeight))\" "
          + "text-anchor=\"middle\"\(style)>\(escaped(line))</text>")
    }
    return lines
  }

  private func drawLegend() -> [String] {
    let entries = [("q", "queries"), ("k", "keys"), ("v", "values"), ("", "other inputs")]
    var x = Self.margin
    let y = height - Self.margin
    return entries.flatMap { input, name -> [String] in
      defer { x += 44 + Double(name.count) * Self.characterWidth }
      return [
        "<path d=\"M\(number(x)) \(number(y - 4))h18\" stroke=\"\(Self.colours[input]!)\" stroke-width=\"2\"/>",
        "<text x=\"\(number(x + 23))\" y=\"\(number(y))\" font-size=\"11\" fill=\"#444444\">\(name)</text>",
      ]
    }
  }

  private func number(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0
      ? String(Int(tenths / 10)) : String(Double(Int(tenths)) / 10)
  }

  private func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      default: String(character)
      }
    }.joined()
  }
}
