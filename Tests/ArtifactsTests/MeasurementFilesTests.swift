import Artifacts
import Discovery
import Foundation
import Testing
import Transformer

/// `eval.json` and `discover-METHOD.json` come back as they were written, under the names that others read.
@Suite struct MeasurementFilesTests {
  private func object(_ value: some Encodable) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(value)) as? [String: Any])
  }

  private func roundTrip<Content: Codable>(_ content: Content) throws -> Content {
    try JSONDecoder().decode(Content.self, from: JSONEncoder().encode(content))
  }

  private let head = Component.head(layer: 1, head: 2)
  private let mlp = Component.mlp(layer: 0)

  private func effect(_ component: Component, inCircuit: Bool, _ resample: Double?) -> NodeEffect {
    NodeEffect(
      component: component, inCircuit: inCircuit, resample: resample, mean: 0.25, zero: nil,
      resampleDivergence: 0.5, meanDivergence: 1.5, zeroDivergence: 2.5)
  }

  private func evaluation() -> EvaluationResult {
    let weights = WeightSummary(
      lowest: -1, highest: 1, counts: [3, 0, 4], norms: [head: 0.125, mlp: 0.75], standardDeviation: 0.3,
      zeros: 0.1)
    return EvaluationResult(
      circuit: "sort", model: .ll, inputs: 12, seed: .max, accuracy: 0.99, iia: [head: 0.875, mlp: nil],
      joint: 0.7, siia: [.mlp(layer: 1): 0.6],
      together: .init(halves: 0.9, all: 0.8, zeroed: 0.7, edges: 0.6), untested: [mlp],
      effects: [effect(head, inCircuit: true, 0.9), effect(mlp, inCircuit: false, nil)],
      circuitAlone: .init(accuracy: 0.5, divergence: 0.1), naturalAccuracy: 0.95,
      weights: [.hl: weights, .natural: weights])
  }

  @Test func evaluationsComeBack() throws {
    var evaluation = evaluation()
    #expect(try roundTrip(evaluation) == evaluation)
    evaluation.naturalAccuracy = nil
    #expect(try roundTrip(evaluation) == evaluation)
  }

  @Test func evaluationsHaveTheirNames() throws {
    let object = try object(evaluation())
    #expect(object["model"] as? String == "ll")
    let iia = try #require(object["iia"] as? [String: Any])
    #expect(iia["blocks.1.attn.hook_result[2]"] as? Double == 0.875)
    #expect(iia["blocks.0.mlp.hook_post"] is NSNull)
    #expect(object["untested"] as? [String] == ["blocks.0.mlp.hook_post"])
    let effects = try #require(object["effects"] as? [[String: Any]])
    #expect(effects[1]["node"] as? String == "blocks.0.mlp.hook_post")
    #expect(effects[1]["source"] as? String == "blocks.0.hook_mlp_out")
    #expect(effects[0]["in_circuit"] as? Bool == true && effects[0]["mean_divergence"] as? Double == 1.5)
    #expect(effects[1]["resample"] == nil && effects[0]["zero"] == nil)
    let weights = try #require(object["weights"] as? [String: [String: Any]])
    #expect(Set(weights.keys) == ["hl", "natural"])
    #expect(
      weights["hl"]?["norms"] as? [String: Double] == [
        "blocks.1.attn.hook_result[2]": 0.125, "blocks.0.mlp.hook_post": 0.75,
      ])
    #expect(object["circuit_alone"] as? [String: Double] == ["accuracy": 0.5, "divergence": 0.1])
  }

  @Test("Whether effects are separated is written for each kind of ablation")
  func separation() throws {
    let object = try object(evaluation())
    let separated = try #require(object["separated"] as? [String: Bool])
    // Outside the circuit there is no effect by resampling; by the mean both have the same.
    #expect(separated == ["resample": true, "mean": false, "zero": true])
    let exceptions = try #require(object["not_separated"] as? [String: [String]])
    #expect(exceptions == ["resample": [], "mean": ["blocks.1.attn.hook_result[2]"], "zero": []])
  }

  private func discovery() -> DiscoveryResult {
    var result = DiscoveryResult(
      method: "eap-ig", circuit: "sort", model: .hl,
      run: .init(ablation: .mean, inputs: 7, seed: 3, seconds: 1.5),
      edges: [
        .init(edge: CircuitEdge(from: .embed, to: .keyInput(layer: 0, head: 1)), score: -1, inCircuit: false),
        .init(
          edge: CircuitEdge(from: .mlpOutput(layer: 1), to: .output(layer: 1)), score: 0.1, inCircuit: true),
      ],
      nodes: [
        .init(node: .positionEmbed, score: 0.3, inCircuit: false),
        .init(node: .head(layer: 1, head: 0), score: 2, inCircuit: true),
      ])
    result.aurocEdges = 0.75
    result.aurocBenchmarkEdges = 0.5
    result.natural = .init(pearson: 0.2, spearman: nil)
    return result
  }

  @Test func discoveriesComeBack() throws {
    var result = discovery()
    #expect(try roundTrip(result) == result)
    result.natural = nil
    (result.aurocNodes, result.aurocWholeNodeEdges) = (1, 0)
    #expect(try roundTrip(result) == result)
    // As judge writes it.
    (result.run, result.granularity.joinsHeadInputs) = (nil, true)
    #expect(try roundTrip(result) == result)
  }

  @Test func discoveriesHaveTheirNames() throws {
    let object = try object(discovery())
    #expect(object["ablation"] as? String == "mean" && object["model"] as? String == "hl")
    #expect(object["auroc_edges"] as? Double == 0.75 && object["auroc_nodes"] == nil)
    let edges = try #require(object["edges"] as? [[String: Any]])
    #expect(edges[1]["from"] as? String == "blocks.1.hook_mlp_out")
    #expect(edges[1]["to"] as? String == "blocks.1.hook_resid_post")
    #expect(edges[1]["in_circuit"] as? Bool == true)
    let nodes = try #require(object["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["node"] as? String } == ["hook_pos_embed", "blocks.1.attn.hook_result[0]"])
    #expect((object["natural"] as? [String: Double])?.keys.sorted() == ["pearson"])
  }

  @Test func aNodeThatWritesNothingIsRefused() throws {
    let text = #"{"node": "blocks.0.hook_mlp_in", "score": 1, "in_circuit": true}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(DiscoveryResult.NodeScore.self, from: Data(text.utf8))
    }
  }
}
