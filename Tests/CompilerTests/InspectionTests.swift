import Foundation
import Runtime
import Testing

@testable import Compiler

/// What the renderers say of a circuit is what the circuit is.
struct InspectionTests {
  let inspection: Inspection
  let compiled: CompiledCircuit

  init() throws {
    let program = try #require(try BenchmarkTests.programs()[3]).program
    compiled = try Compiler.compile(program.circuits[0], in: program.graph)
    inspection = Inspection(compiled)
  }

  @Test func textNamesVariablesPlacesEdgesAndDirections() {
    let text = inspection.text
    #expect(text.contains("frac_prevs  numerical    layer 1 head 0"))
    #expect(text.contains("q indices; k indices; v is_x"))
    for edge in compiled.edges {
      #expect(text.contains(edge.from.hookName) && text.contains("-> " + edge.to.hookName))
    }
    for label in compiled.residualLabels { #expect(text.contains(label)) }
  }

  @Test func jsonReadsBack() throws {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(inspection.json.utf8)) as? [String: Any])
    #expect(object["circuit"] as? String == "frac_prevs")
    let edges = try #require(object["edges"] as? [[String]])
    #expect(edges == compiled.edges.map { [$0.from.hookName, $0.to.hookName] })
    let variables = try #require(object["variables"] as? [[String: Any]])
    #expect(variables.map { $0["name"] as? String } == compiled.variables.map(\.name))
    #expect(object["residual"] as? [String] == compiled.residualLabels)
  }

  @Test func edgesIntoScoresAreToldFromEdgesIntoValues() throws {
    let program = try #require(try BenchmarkTests.programs()[2]).program
    let reverse = Inspection(try Compiler.compile(program.circuits[0], in: program.graph))
    #expect(reverse.dot.contains("label=\"q\"") && reverse.dot.contains("label=\"k\""))
    #expect(reverse.dot.contains("label=\"v\""))
  }

  @Test func figuresShowEveryComponentOnce() throws {
    let dot = inspection.dot
    #expect(dot.components(separatedBy: " -> ").count - 1 == inspection.links.count)
    #expect(dot.contains("label=\"v\""))
    let svg = inspection.svg
    let parser = XMLCheck(svg)
    #expect(parser.isWellFormed)
    for title in ["embed", "pos_embed", "layer 0 MLP", "layer 1 head 0", "output"] {
      #expect(svg.components(separatedBy: ">\(title)<").count == 2, "\(title)")
    }
    for rows in inspection.rows {
      for box in rows { for line in box.lines { #expect(svg.contains(">\(line)<")) } }
    }
  }

  @Test func residualStreamShowsValuesAsTheyPass() throws {
    let text = try inspection.residual([.string("x"), .string("a")])
    let lines = text.components(separatedBy: "\n")
    func row(_ label: String) -> [String] {
      lines.last { $0.hasPrefix("  \(label) ") }?.split(separator: " ").map(String.init) ?? []
    }
    #expect(row("tokens:x") == ["tokens:x", ".", "1", "."])
    #expect(row("is_x") == ["is_x", ".", "1", "."])
    #expect(row("frac_prevs") == ["frac_prevs", ".", "1", "0.5"])
    #expect(throws: (any Error).self) { try inspection.residual([.string("q")]) }
    #expect(throws: (any Error).self) { try inspection.residual(Array(repeating: .string("x"), count: 5)) }
  }
}

/// Whether elements of a text nest as in XML.
struct XMLCheck {
  let isWellFormed: Bool

  init(_ text: String) {
    var open: [Substring] = []
    var isGood = true
    for tag in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
      let content = tag.prefix { $0 != ">" }
      if content.count == tag.count { isGood = false }
      if content.hasPrefix("/") {
        isGood = isGood && open.popLast() == content.dropFirst()
      } else if !content.hasSuffix("/") {
        open.append(content.prefix { $0 != " " && $0 != "\n" })
      }
    }
    isWellFormed = isGood && open.isEmpty
  }
}
