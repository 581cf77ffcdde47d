extension Inspection {
  /// The circuit for graphviz: `dot -Tpdf`.
  public var dot: String {
    var names: [Box.Place: String] = [:]
    var lines = [
      "digraph \(Self.string(compiled.circuit.name)) {",
      "  rankdir=BT;",
      "  node [shape=box, style=rounded, fontname=\"Helvetica\"];",
      "  edge [fontname=\"Helvetica\", fontsize=10];",
    ]
    for row in rows {
      for box in row {
        let name = "n\(names.count)"
        names[box.place] = name
        let label = ([box.title] + box.lines).joined(separator: "\n")
        lines.append("  \(name) [label=\(Self.string(label))];")
      }
      lines.append("  { rank=same; " + row.map { names[$0.place]! + ";" }.joined(separator: " ") + " }")
    }
    for link in links {
      guard let from = names[link.from], let to = names[link.to] else { continue }
      let label = link.inputs.isEmpty ? "" : " [label=\(Self.string(link.inputs.joined(separator: ", ")))]"
      lines.append("  \(from) -> \(to)\(label);")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }
}
