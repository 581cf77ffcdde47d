import Diagnostics
import Foundation
import Rendering

/// The computation of an s-op on an input as a Graphviz drawing.
struct GraphDrawing {
  private let elaborator: Elaborator
  private let root: SOpID
  private let input: [Value]

  init(_ elaborator: Elaborator, root: SOpID, input: [Value]) {
    self.elaborator = elaborator
    self.root = root
    self.input = input
  }

  /// The drawing in the DOT language: s-ops with their values, selectors as grids, and edges from their
  /// inputs.
  func dot() throws -> String {
    let graph = elaborator.graph
    let names = elaborator.nodes
    var drawing = DOTGraph(names.sopNames[root.index], nodes: .init(shape: "box", font: "monospace"))
    for node in graph.nodes(neededFor: [.sop(root)]) {
      switch node {
      case .sop(let id):
        let index = id.index
        let values = try elaborator.values(of: id, on: input)
        let cells = values.map(\.short).joined(separator: " ")
        drawing.node("s\(index)", label: "\(names.sopNames[index])\n\(cells)")
        switch graph[id].kind {
        case .tokens, .indices, .length, .constant: break
        case .map(_, let inputs): for input in inputs { drawing.edge("s\(input.index)", "s\(index)") }
        case .aggregate(let selector, let value, _):
          drawing.edge("a\(selector.index)", "s\(index)")
          drawing.edge("s\(value.index)", "s\(index)", label: "values")
        case .selectorWidth(let selector): drawing.edge("a\(selector.index)", "s\(index)")
        }
      case .selector(let id):
        let index = id.index
        let rows = try elaborator.rows(of: id, on: input)
        let grid = rows.map { $0.map { $0 ? "1" : "·" }.joined(separator: " ") }.joined(separator: "\n")
        drawing.node("a\(index)", label: "\(names.selectorNames[index])\n\(grid)", shape: "note")
        switch graph[id].kind {
        case .select(let keys, let queries, _):
          drawing.edge("s\(keys.index)", "a\(index)", label: "keys")
          drawing.edge("s\(queries.index)", "a\(index)", label: "queries")
        case .and(let a, let b), .or(let a, let b):
          drawing.edge("a\(a.index)", "a\(index)")
          drawing.edge("a\(b.index)", "a\(index)")
        case .not(let a), .one(let a): drawing.edge("a\(a.index)", "a\(index)")
        }
      }
    }
    return drawing.text
  }

  /// Writes the drawing to a file of the folder and returns its path.
  func write(named name: String, into folder: String, _ range: SourceRange) throws -> String {
    let safe = String(name.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? $0 : "_" })
    let path = "\(folder)/\(safe).dot"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(try dot().utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch let diagnostic as Diagnostic {
      throw diagnostic
    } catch {
      throw Diagnostic("cannot write the drawing to \(path)", at: range)
    }
    return path
  }
}
