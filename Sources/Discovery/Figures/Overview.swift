import Compiler
import Rendering
import Runtime
import Transformer

/// A circuit at a glance: its program, the compiled circuit, and where the heads that hold its variables
/// attend on one input.
package struct Overview {
  /// A head, and the variables that it holds.
  private struct Head {
    let layer: Int
    let head: Int
    var variables: [String]
  }

  private let program: [String]
  private let inspection: Inspection
  private let tokenizer: Tokenizer
  private let transformer: ReferenceTransformer
  private let heads: [Head]
  private let title: String

  /// - Parameters:
  ///   - program: the source text; comment lines are left out
  ///   - inspection: of the compiled circuit
  ///   - parameters: of the transformer whose attention is drawn
  ///   - places: the variables of the circuit and the components of that transformer that hold them
  package init(
    program: String, inspection: Inspection, tokenizer: Tokenizer, parameters: Parameters,
    model: CircuitModel, places: [(variable: String, component: Component)]
  ) {
    self.program = Self.lines(program)
    self.inspection = inspection
    self.tokenizer = tokenizer
    transformer = ReferenceTransformer(parameters)
    title = "attention of the \(model == .ll ? "trained" : "compiled") transformer"
    var heads: [Head] = []
    for (variable, component) in places {
      guard case .head(let layer, let head) = component else { continue }
      if let index = heads.firstIndex(where: { $0.layer == layer && $0.head == head }) {
        heads[index].variables.append(variable)
      } else {
        heads.append(Head(layer: layer, head: head, variables: [variable]))
      }
    }
    self.heads = heads.sorted { ($0.layer, $0.head) < ($1.layer, $1.head) }
  }

  private static func lines(_ program: String) -> [String] {
    let lines = program.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let code = lines.filter { !$0.hasPrefix("#") }
    return Array(code.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
  }

  private static let margin = 20.0
  private static let cell = 20.0
  private static let lineHeight = 16.0
  private static let header = 26.0
  private static let labels = 24.0
  /// A generous estimate of the width of a character in the 11-pixel monospaced font.
  private static let characterWidth = 6.7
  private static let code = SVGStyle(fill: "#1f2328", fontFamily: "Menlo, Consolas, monospace", fontSize: 11)
  private static let heading = SVGStyle(fill: "#57606a", fontSize: 13)

  /// The figure on an input; throws ``Diagnostic`` for a token outside the vocabulary.
  package func drawing(on input: [Value]) throws -> SVGDrawing {
    let patterns = transformer.run(try tokenizer.encode(input)).patterns
    let tokens = [tokenizer.bosName] + input.map(\.text)
    let circuit = inspection.drawing

    let (margin, header) = (Self.margin, Self.header)
    let codeSize = (
      width: Double(program.map(\.count).max() ?? 0) * Self.characterWidth + 24,
      height: Double(program.count) * Self.lineHeight + 20
    )
    let map = (
      width: Double(tokens.count) * Self.cell + Self.labels + 30,
      height: Double(tokens.count) * Self.cell + Self.labels + 22
    )
    let columns = max(1, min(heads.count, Int((codeSize.width + 30) / map.width)))
    let rows = (heads.count + columns - 1) / columns
    let left = max(codeSize.width, Double(columns) * map.width)
    let mapsTop = margin + header + codeSize.height + 24
    let height = max(mapsTop + header + Double(rows) * map.height, circuit.height) + margin
    var drawing = SVGDrawing(
      width: left + circuit.width + 3 * margin, height: height, title: circuit.title)
    drawing.rectangle(0, 0, drawing.width, height, SVGStyle(fill: "white"))

    drawing.text("program", margin, margin + 14, Self.heading)
    drawing.rectangle(
      margin, margin + header, codeSize.width, codeSize.height, SVGStyle(fill: "#f6f8fa"), radius: 6)
    for (index, line) in program.enumerated() {
      // SVG would collapse several spaces into one.
      drawing.text(
        line.replacing(" ", with: "\u{A0}"), margin + 12,
        margin + header + 22 + Double(index) * Self.lineHeight, Self.code)
    }

    drawing.text(title, margin, mapsTop + 14, Self.heading)
    for (index, head) in heads.enumerated() {
      draw(
        head, patterns[head.layer][head.head], tokens, in: &drawing,
        at: (
          margin + Double(index % columns) * map.width,
          mapsTop + header + Double(index / columns) * map.height
        ))
    }

    drawing.embed(circuit, at: (left + 2 * margin, (height - circuit.height) / 2), Inspection.fonts)
    return drawing
  }

  /// Rows are queries, columns are keys; the darker, the more attention.
  private func draw(
    _ head: Head, _ pattern: [[Double]], _ tokens: [String], in drawing: inout SVGDrawing,
    at corner: SVGDrawing.Point
  ) {
    let (x, y) = (corner.x + Self.labels + 6, corner.y + Self.labels + 10)
    let side = Self.cell * Double(tokens.count)
    drawing.text(
      "head \(head.layer).\(head.head): \(head.variables.joined(separator: ", "))", x, corner.y + 12,
      SVGStyle(fill: "#1f2328", fontSize: 12))
    for (query, row) in pattern.enumerated() {
      let top = y + Double(query) * Self.cell
      drawing.text(Self.short(tokens[query]), x - 5, top + 14, Self.code, anchor: .end)
      drawing.text(
        Self.short(tokens[query]), x + (Double(query) + 0.5) * Self.cell, y - 5, Self.code, anchor: .middle)
      for (key, weight) in row.enumerated() where weight >= 0.005 {
        drawing.rectangle(
          x + Double(key) * Self.cell, top, Self.cell, Self.cell, SVGStyle(fill: Self.shade(weight)))
      }
    }
    drawing.rectangle(x, y, side, side, SVGStyle(fill: "none", stroke: "#8c959f"))
  }

  /// Shortened, since there is room for three characters.
  private static func short(_ token: String) -> String {
    token.count <= 3 ? token : token.prefix(2) + "…"
  }

  /// From white to the blue of queries.
  private static func shade(_ weight: Double) -> String {
    let share = min(max(weight, 0), 1)
    let channels = [0x1f, 0x6f, 0xb4].map { channel in
      let value = Int((255 + (Double(channel) - 255) * share).rounded())
      return (value < 16 ? "0" : "") + String(value, radix: 16)
    }
    return "#" + channels.joined()
  }
}
