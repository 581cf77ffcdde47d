import Foundation
import FoundationXML
import Testing
import Transformer

@testable import Discovery

@Suite struct ComparisonTests {
  @Test("Methods are sorted by descending mean, and pairs are compared only on shared circuits")
  func comparison() throws {
    let comparison = MethodComparison([
      "a": ["x": 0.9, "y": 0.8, "z": 0.7], "b": ["x": 1, "y": 0.9], "c": ["w": 0.5],
    ])
    #expect(comparison.methods.map(\.method) == ["b", "a", "c"])
    #expect(comparison.methods.map(\.median) == [0.95, 0.8, 0.5])
    #expect(comparison.pairs.count == 1)
    let pair = try #require(comparison.pairs.first)
    #expect(pair.first == "b" && pair.second == "a" && pair.circuits == 2)
    #expect(pair.a12 == 0.875)
    #expect(pair.magnitude == "large")
    #expect(pair.signedRankP == 0.5)
  }

  @Test("Two circuits with the same name both count")
  func namesakes() {
    func result(_ area: Double) -> DiscoveryResult {
      var result = DiscoveryResult(
        method: "acdc", circuit: "sort", model: .hl, run: nil, edges: [], nodes: [])
      result.aurocEdges = area
      return result
    }
    let comparison = MethodComparison(circuits: [("a/sort", [result(1)]), ("b/sort", [result(0.5)])])
    #expect(comparison.methods.first?.circuits == 2)
    #expect(comparison.methods.first?.mean == 0.75)
  }

  private func isWellFormed(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

  private func scored(
    _ scores: [(CircuitNode, CircuitNode, Double, Bool)]
  ) -> [DiscoveryResult.EdgeScore] {
    scores.map { .init(edge: CircuitEdge(from: $0.0, to: $0.1), score: $0.2, inCircuit: $0.3) }
  }

  @Test("A circuit's figure distinguishes found, missed and wrong edges")
  func circuitFigure() {
    let edges = scored([
      (.embed, .mlpInput(layer: 0), 0.9, true),
      (.embed, .queryInput(layer: 0, head: 1), 0.8, false),
      (.mlpOutput(layer: 0), .output(layer: 0), 0.1, true),
      (.positionEmbed, .mlpInput(layer: 0), 0.05, false),
    ])
    #expect(DiscoveryResult.found(edges) == [0, 1])
    let figure = Figure.circuit(edges, layers: 1, heads: 2, isDiscovery: true, title: "a & <b>").file
    #expect(isWellFormed(figure))
    #expect(figure.matches(of: /path[^>]*class="found"/).count == 1)
    #expect(figure.matches(of: /path[^>]*class="missed"/).count == 1)
    #expect(figure.matches(of: /path[^>]*class="wrong"/).count == 1)
    #expect(figure.contains("blocks.0.hook_mlp_out → blocks.0.hook_resid_post"))
  }

  @Test("If scores are tied at the cut-off, none of the tied edges is found")
  func ties() {
    let edges = scored([
      (.embed, .output(layer: 0), 1, true), (.positionEmbed, .output(layer: 0), 0, true),
      (.mlpOutput(layer: 0), .output(layer: 0), 0, false),
    ])
    #expect(DiscoveryResult.found(edges) == [0])
  }

  @Test("Other figures are well-formed")
  func figures() throws {
    let curve = try #require(ROCCurve(scores: [3, 2, 1], labels: [true, false, true]))
    #expect(isWellFormed(Figure.roc([("a<b", curve)], title: "t").file))
    let boxes = Figure.boxes([("m", [0.4, 0.9]), ("n", [])], title: "t", axis: "x").file
    #expect(isWellFormed(boxes))
    #expect(boxes.matches(of: /<circle/).count == 2)
  }
}
