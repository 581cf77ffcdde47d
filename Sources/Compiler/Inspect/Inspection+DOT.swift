import Rendering

extension Inspection {
  /// The circuit for graphviz: `dot -Tpdf`.
  package var dot: String {
    var graph = DOTGraph(
      compiled.circuit.name, risesUp: true,
      nodes: .init(shape: "box", style: "rounded", font: "Helvetica"),
      edges: .init(font: "Helvetica", fontSize: 10))
    var names: [Box.Place: String] = [:]
    for row in rows {
      for box in row {
        let name = "n\(names.count)"
        names[box.place] = name
        graph.node(name, label: ([box.title] + box.lines).joined(separator: "\n"))
      }
      graph.sameRank(row.map { names[$0.place]! })
    }
    for link in links {
      guard let from = names[link.from], let to = names[link.to] else { continue }
      graph.edge(from, to, label: link.inputs.isEmpty ? nil : link.inputs.joined(separator: ", "))
    }
    return graph.text
  }
}
