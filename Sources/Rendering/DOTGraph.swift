/// A directed graph in the DOT language, for Graphviz to lay out.
package struct DOTGraph: Sendable {
  /// How nodes or edges look; nil for Graphviz's default.
  package struct Style: Sendable {
    package var shape: String?
    package var style: String?
    package var font: String?
    package var fontSize: Int?
    package var label: String?

    package init(
      shape: String? = nil, style: String? = nil, font: String? = nil, fontSize: Int? = nil,
      label: String? = nil
    ) {
      self.shape = shape
      self.style = style
      self.font = font
      self.fontSize = fontSize
      self.label = label
    }

    /// The attributes in brackets, after a space; nothing if there are none.
    fileprivate var text: String {
      let attributes = [
        shape.map { "shape=\($0)" }, style.map { "style=\($0)" },
        font.map { "fontname=\(DOTGraph.quoted($0))" }, fontSize.map { "fontsize=\($0)" },
        label.map { "label=\(DOTGraph.quoted($0))" },
      ].compactMap(\.self)
      return attributes.isEmpty ? "" : " [\(attributes.joined(separator: ", "))]"
    }
  }

  private var lines: [String]

  /// - Parameters:
  ///   - risesUp: whether edges point upwards
  ///   - nodes: what all nodes have in common
  ///   - edges: what all edges have in common
  package init(_ name: String, risesUp: Bool = false, nodes: Style = Style(), edges: Style = Style()) {
    lines = ["digraph \(Self.quoted(name)) {"]
    if risesUp { lines.append("  rankdir=BT;") }
    if !nodes.text.isEmpty { lines.append("  node\(nodes.text);") }
    if !edges.text.isEmpty { lines.append("  edge\(edges.text);") }
  }

  /// - Parameter id: letters and digits
  package mutating func node(_ id: String, label: String, shape: String? = nil) {
    lines.append("  \(id)\(Style(shape: shape, label: label).text);")
  }

  package mutating func edge(_ from: String, _ to: String, label: String? = nil) {
    lines.append("  \(from) -> \(to)\(Style(label: label).text);")
  }

  /// Puts nodes side by side.
  package mutating func sameRank(_ ids: [String]) {
    lines.append("  { rank=same; " + ids.map { $0 + ";" }.joined(separator: " ") + " }")
  }

  package var text: String { lines.joined(separator: "\n") + "\n}\n" }

  private static func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    return "\"\(escaped)\""
  }
}
