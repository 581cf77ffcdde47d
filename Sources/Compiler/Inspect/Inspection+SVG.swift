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
  private var rowOf: [Inspection.Box.Place: Int] = [:]
  private var edges: [Edge] = []
  private var width = 0.0
  private var height = 0.0

  /// One edge to one input of a box.
  private struct Edge {
    let input: String
    let start: (x: Double, y: Double)
    let end: (x: Double, y: Double)
    /// Where it runs upwards beside the rows that it passes by.
    var lane: Double?
  }

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
    var y = Self.margin + Self.headline
    for (index, row) in rows.enumerated().reversed() {
      let rowWidth = row.map { size($0).width }.reduce(0, +) + Self.gapBetweenBoxes * Double(row.count - 1)
      let rowHeight = row.map { size($0).height }.max() ?? 0
      var x = -rowWidth / 2
      for box in row {
        let size = size(box)
        places[box.place] = Rectangle(
          x: x, y: y + (rowHeight - size.height) / 2, width: size.width, height: size.height)
        rowOf[box.place] = index
        x += size.width + Self.gapBetweenBoxes
      }
      y += rowHeight + Self.gapBetweenRows
    }
    height = y - Self.gapBetweenRows + Self.legend + Self.margin
    for link in inspection.links { route(link) }
    centre()
  }

  /// Edges to the next row go straight; others run beside the rows between, each in a lane of its own.
  private mutating func route(_ link: Inspection.Link) {
    guard let from = places[link.from], let to = places[link.to] else { return }
    let passed = rows[(rowOf[link.from]! + 1)..<max(rowOf[link.to]!, rowOf[link.from]! + 1)].joined()
    for input in link.inputs.isEmpty ? [""] : link.inputs {
      let order = Double(["q": -1, "k": 0, "v": 1][input] ?? 0)
      var edge = Edge(
        input: input, start: (from.centre + order * 5, from.y),
        end: (to.centre + order * min(24, to.width / 4), to.y + to.height))
      if !passed.isEmpty {
        let left = passed.map { places[$0.place]!.x }.min()! - 18
        let right = passed.map { places[$0.place]!.x + places[$0.place]!.width }.max()! + 18
        func detour(_ x: Double) -> Double { abs(x - edge.start.x) + abs(x - edge.end.x) }
        let side = detour(left) < detour(right) ? -1.0 : 1.0
        var lane = side < 0 ? left : right
        while edges.contains(where: { isBeside($0, lane, edge) }) { lane += side * 9 }
        edge.lane = lane
      }
      edges.append(edge)
    }
  }

  private func isBeside(_ other: Edge, _ lane: Double, _ edge: Edge) -> Bool {
    guard let taken = other.lane, abs(taken - lane) < 8 else { return false }
    return other.end.y < edge.start.y && edge.end.y < other.start.y
  }

  /// Moves everything into view.
  private mutating func centre() {
    var left = -180.0
    var right = 180.0
    for place in places.values {
      left = min(left, place.x)
      right = max(right, place.x + place.width)
    }
    for lane in edges.compactMap(\.lane) {
      left = min(left, lane)
      right = max(right, lane)
    }
    let half = max(max(-left, right), Double(title.count) * Self.characterWidth * 0.6) + Self.margin
    width = 2 * half
    for place in places.keys { places[place]!.x += half }
    edges = edges.map { edge in
      Edge(
        input: edge.input, start: (edge.start.x + half, edge.start.y), end: (edge.end.x + half, edge.end.y),
        lane: edge.lane.map { $0 + half })
    }
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
    lines += edges.map(draw)
    for row in rows { for box in row { lines += draw(box) } }
    lines += drawLegend()
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  private func draw(_ edge: Edge) -> String {
    let ((startX, startY), (endX, endY)) = (edge.start, edge.end)
    let path: String
    if let lane = edge.lane {
      path =
        "M\(number(startX)) \(number(startY))C\(number(startX)) \(number(startY - 30)) \(number(lane)) "
        + "\(number(startY - 15)) \(number(lane)) \(number(startY - 50))L\(number(lane)) \(number(endY + 50))"
        + "C\(number(lane)) \(number(endY + 15)) \(number(endX)) \(number(endY + 30)) \(number(endX)) "
        + number(endY)
    } else {
      let middle = (startY + endY) / 2
      path =
        "M\(number(startX)) \(number(startY))C\(number(startX)) \(number(middle)) \(number(endX)) "
        + "\(number(middle)) \(number(endX)) \(number(endY))"
    }
    return "<path d=\"\(path)\" fill=\"none\" stroke=\"\(Self.colours[edge.input]!)\" stroke-width=\"1.4\" "
      + "marker-end=\"url(#arrow-\(edge.input.isEmpty ? "m" : edge.input))\"/>"
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
      let style =
        index == 0 ? " fill=\"#666666\" font-size=\"11\"" : " font-family=\"Menlo, Consolas, monospace\""
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
