import Rendering

extension Inspection {
  /// The circuit as a figure: half-layers as rows from the inputs at the bottom to the output at the top,
  /// variables in their components, edges through the residual stream in the colour of what reads them.
  package var svg: String { drawing.file(Self.fonts) }

  /// The same as a part of other drawings, in ``fonts``.
  package var drawing: SVGDrawing { Figure(self).drawing }

  package static let fonts = SVGStyle(fontFamily: "Helvetica, Arial, sans-serif", fontSize: 12)
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

  /// An edge to one input of a box.
  private struct Edge {
    let input: String
    let start: SVGDrawing.Point
    let end: SVGDrawing.Point
    /// The x at which it runs upwards past the rows in between.
    var lane: Double?
  }

  private static let margin = 24.0
  private static let gapBetweenBoxes = 36.0
  private static let gapBetweenRows = 56.0
  private static let lineHeight = 16.0
  /// A generous estimate of the width of a character in the 12-pixel sans-serif font.
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

  /// Edges to the next row are drawn directly; others run beside the rows in between, each in its own lane.
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

  var drawing: SVGDrawing {
    var drawing = SVGDrawing(width: width, height: height, title: title)
    drawing.rectangle(0, 0, width, height, SVGStyle(fill: "white"))
    drawing.text(title, width / 2, Self.margin + 16, SVGStyle(fontSize: 15), anchor: .middle)
    for (input, colour) in Self.colours.sorted(by: { $0.key < $1.key }) {
      drawing.arrowhead(Self.arrow(input), fill: colour)
    }
    for edge in edges { draw(edge, in: &drawing) }
    for row in rows { for box in row { draw(box, in: &drawing) } }
    drawLegend(in: &drawing)
    return drawing
  }

  /// The name of the arrowhead of edges to an input.
  private static func arrow(_ input: String) -> String { "arrow-\(input.isEmpty ? "m" : input)" }

  private func draw(_ edge: Edge, in drawing: inout SVGDrawing) {
    let (start, end) = (edge.start, edge.end)
    var path = SVGPath(from: start)
    if let lane = edge.lane {
      path.curve((start.x, start.y - 30), (lane, start.y - 15), to: (lane, start.y - 50))
      path.line(to: (lane, end.y + 50))
      path.curve((lane, end.y + 15), (end.x, end.y + 30), to: end)
    } else {
      let middle = (start.y + end.y) / 2
      path.curve((start.x, middle), (end.x, middle), to: end)
    }
    drawing.path(
      path,
      SVGStyle(
        fill: "none", stroke: Self.colours[edge.input]!, strokeWidth: 1.4, markerEnd: Self.arrow(edge.input)))
  }

  private func draw(_ box: Inspection.Box, in drawing: inout SVGDrawing) {
    guard let place = places[box.place] else { return }
    let fill =
      switch box.place {
      case .component(.head): "#eaf2fb"
      case .component(.mlp): "#fdf1e3"
      case .embed, .positions, .output: "#f3f3f3"
      }
    drawing.rectangle(
      place.x, place.y, place.width, place.height, SVGStyle(fill: fill, stroke: "#333333"), radius: 6)
    for (index, line) in ([box.title] + box.lines).enumerated() {
      drawing.text(
        line, place.centre, place.y + 18 + Double(index) * Self.lineHeight,
        index == 0
          ? SVGStyle(fill: "#666666", fontSize: 11) : SVGStyle(fontFamily: "Menlo, Consolas, monospace"),
        anchor: .middle)
    }
  }

  private func drawLegend(in drawing: inout SVGDrawing) {
    let entries = [("q", "queries"), ("k", "keys"), ("v", "values"), ("", "other inputs")]
    var x = Self.margin
    let y = height - Self.margin
    for (input, name) in entries {
      drawing.line([(x, y - 4), (x + 18, y - 4)], SVGStyle(stroke: Self.colours[input]!, strokeWidth: 2))
      drawing.text(name, x + 23, y, SVGStyle(fill: "#444444", fontSize: 11))
      x += 44 + Double(name.count) * Self.characterWidth
    }
  }
}
