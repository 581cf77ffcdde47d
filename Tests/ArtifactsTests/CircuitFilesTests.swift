import Compiler
import Discovery
import Foundation
import Testing
import Transformer

@testable import Artifacts

/// Circuits and alignments are written under TransformerLens's hook names, and read back.
struct CircuitFilesTests {
  @Test func edgesAreSortedPairsOfNames() throws {
    let edges = [
      CircuitEdge(from: .mlpInput(layer: 0), to: .mlpOutput(layer: 0)),
      CircuitEdge(from: .embed, to: .mlpInput(layer: 0)),
      CircuitEdge(from: .positionEmbed, to: .keyInput(layer: 1, head: 0)),
    ]
    let file = EdgesFile(edges, dataflow: edges.prefix(1))
    let read = try JSONDecoder().decode(EdgesFile.self, from: JSONEncoder().encode(file))
    #expect(read == file)
    #expect(read.dataflow == [edges[0]])
    #expect(read.edges == edges)
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(file)) as? [String: Any]
    #expect(
      object?["edges"] as? [[String]] == [
        ["blocks.0.hook_mlp_in", "blocks.0.hook_mlp_out"], ["hook_embed", "blocks.0.hook_mlp_in"],
        ["hook_pos_embed", "blocks.1.hook_k_input[0]"],
      ])
    #expect(EdgesFile(edges.reversed(), dataflow: edges.prefix(1)) == file)
  }

  @Test(
    "In a deeper trained transformer the last edge ends in its own last layer, or Python loses it silently")
  func edgesAreInTheTrainedTransformersNames() throws {
    let edges = [
      CircuitEdge(from: .embed, to: .queryInput(layer: 0, head: 1)),
      CircuitEdge(from: .queryInput(layer: 0, head: 1), to: .query(layer: 0, head: 1)),
      CircuitEdge(from: .query(layer: 0, head: 1), to: .valueInput(layer: 1, head: 0)),
      CircuitEdge(from: .mlpOutput(layer: 0), to: .output(layer: 0)),
    ]
    let config = TransformerConfig(
      layers: 2, heads: 2, dModel: 3, dHead: 2, dMLP: 4, context: 4, vocabulary: 5, outputs: 2,
      activation: .gelu, causal: false)
    let places: [Component: Component] = [.head(layer: 0, head: 1): .head(layer: 0, head: 0)]
    let file = EdgesFile(edges, dataflow: edges, trained: (config, places))
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(file)) as? [String: Any]
    #expect(
      object?["edges"] as? [[String]] == [
        ["blocks.0.attn.hook_q[0]", "blocks.1.hook_v_input[0]"],
        ["blocks.0.hook_mlp_out", "blocks.1.hook_resid_post"],
        ["blocks.0.hook_q_input[0]", "blocks.0.attn.hook_q[0]"],
        ["hook_embed", "blocks.0.hook_q_input[0]"],
      ])
    #expect(file.dataflow == file.edges)
    #expect(file.compiled.contains(CircuitEdge(from: .mlpOutput(layer: 0), to: .output(layer: 0))))
    let missing = try #require(object?["not_in_graph"] as? [[String: String]])
    #expect(
      missing.map { [$0["from"], $0["to"]] } == [
        ["blocks.0.attn.hook_q[0]", "blocks.1.hook_v_input[0]"],
        ["blocks.0.hook_q_input[0]", "blocks.0.attn.hook_q[0]"],
      ])
    #expect(missing[0]["reason"]?.contains("residual stream") == true)
    #expect(missing[1]["reason"] == "lies within one head")
  }

  @Test("What was measured comes back, and what follows from it is written beside it")
  func effects() throws {
    let edge = CircuitEdge(from: .embed, to: .output(layer: 1))
    func effect(_ changed: Double) -> EdgeEffects.Effect { .init(changed: changed, divergence: 0.1) }
    for trained in [nil, effect(0.25)] {
      var file = EdgesFile([edge], dataflow: [])
      file.measured = MeasuredEdges(
        [
          MeasuredEdge(edge: edge, compiled: effect(0.5), trained: trained),
          MeasuredEdge(
            edge: CircuitEdge(from: .mlpOutput(layer: 1), to: .output(layer: 1)), compiled: nil,
            trained: trained),
        ], pairs: 10, tried: 20, seed: .max)
      let data = try JSONEncoder().encode(file)
      #expect(try JSONDecoder().decode(EdgesFile.self, from: data) == file)
      let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let effects = try #require(object["effects"] as? [[String: Any]])
      #expect(effects.map { $0["causal"] as? Bool } == [true, false])
      #expect(effects[1]["compiled"] is NSNull)
      if trained == nil {
        #expect(object["certified"] is NSNull && effects[0]["trained"] is NSNull)
        #expect(object["not_certified"] as? [[String]] == [])
      } else {
        #expect(object["certified"] as? Bool == false)
        #expect(
          object["not_certified"] as? [[String]] == [
            ["hook_embed", "blocks.1.hook_resid_post"],
            ["blocks.1.hook_mlp_out", "blocks.1.hook_resid_post"],
          ])
      }
    }
  }

  @Test func aNameThatIsNoPlaceIsRefused() throws {
    let text = #"{"edges": [["hook_embed", "blocks.0.hook"]], "compiled": [], "dataflow": []}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(EdgesFile.self, from: Data(text.utf8))
    }
  }

  @Test func alignmentNamesBothTransformersComponents() throws {
    let alignment = [
      AlignedVariable(variable: "is_x", component: .mlp(layer: 0)),
      AlignedVariable(variable: "frac", component: .head(layer: 1, head: 0)),
    ]
    let trained: [Component: Component] = [
      .mlp(layer: 0): .mlp(layer: 0), .head(layer: 1, head: 0): .head(layer: 1, head: 2),
    ]
    let file = AlignmentFile(alignment, places: trained)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let text = String(decoding: try encoder.encode(file), as: UTF8.self)
    #expect(
      text
        == #"{"format":1,"nodes":[{"hl":{"head":null,"hook":"blocks.0.mlp.hook_post"},"#
        + #""ll":[{"head":null,"hook":"blocks.0.mlp.hook_post"}],"variable":"is_x"},"#
        + #"{"hl":{"head":0,"hook":"blocks.1.attn.hook_result"},"#
        + #""ll":[{"head":2,"hook":"blocks.1.attn.hook_result"}],"variable":"frac"}]}"#)
    let read = try JSONDecoder().decode(AlignmentFile.self, from: Data(text.utf8))
    #expect(read == file)
    #expect(read.nodes.flatMap(\.ll) == [.mlp(layer: 0), .head(layer: 1, head: 2)])
  }
}
