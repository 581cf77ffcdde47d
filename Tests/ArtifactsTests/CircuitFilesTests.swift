import Compiler
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
    #expect(read.dataflow == [["blocks.0.hook_mlp_in", "blocks.0.hook_mlp_out"]])
    #expect(
      read.edges == [
        ["blocks.0.hook_mlp_in", "blocks.0.hook_mlp_out"], ["hook_embed", "blocks.0.hook_mlp_in"],
        ["hook_pos_embed", "blocks.1.hook_k_input[0]"],
      ])
    #expect(Set(try #require(read.benchmarkEdges)) == Set(edges))
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
    #expect(
      file.edges == [
        ["blocks.0.attn.hook_q[0]", "blocks.1.hook_v_input[0]"],
        ["blocks.0.hook_mlp_out", "blocks.1.hook_resid_post"],
        ["blocks.0.hook_q_input[0]", "blocks.0.attn.hook_q[0]"],
        ["hook_embed", "blocks.0.hook_q_input[0]"],
      ])
    #expect(file.dataflow == file.edges)
    #expect(file.compiled.contains(["blocks.0.hook_mlp_out", "blocks.0.hook_resid_post"]))
    #expect(
      file.notInGraph.map { [$0.from, $0.to] } == [
        ["blocks.0.attn.hook_q[0]", "blocks.1.hook_v_input[0]"],
        ["blocks.0.hook_q_input[0]", "blocks.0.attn.hook_q[0]"],
      ])
    #expect(file.notInGraph[0].reason.contains("residual stream"))
    #expect(file.notInGraph[1].reason == "lies within one head")
  }

  @Test("A transformer is certified where the least causal effect is above all others, not level with them")
  func certification() throws {
    func recorded(_ trained: [Double?]) -> EdgesFile {
      var file = EdgesFile([], dataflow: [])
      let compiled = [0.5, 0.01, 0, nil]
      let effects = zip(compiled, trained).enumerated().map { index, pair in
        EdgesFile.EdgeEffect(
          from: "a\(index)", to: "b", compiled: pair.0.map { .init(changed: $0, divergence: 1) },
          trained: pair.1.map { .init(changed: $0, divergence: 1) })
      }
      file.record(effects, pairs: 10, tried: 20, seed: 3)
      return file
    }
    let good = recorded([0.4, 0.02, 0.01, 0])
    #expect(good.effects?.map(\.causal) == [true, true, false, false])
    #expect(good.certified.value == true && good.notCertified == [])
    let level = recorded([0.4, 0.02, 0.01, 0.02])
    #expect(level.certified.value == false)
    #expect(level.notCertified == [["a1", "b"], ["a3", "b"]])
    let dead = recorded([0.4, 0, 0, 0])
    #expect(dead.certified.value == false)
    #expect(dead.notCertified == [["a1", "b"]], "that others do nothing is right")
    #expect(recorded([nil, nil, nil, nil]).certified.value == nil)
    let text = String(decoding: try JSONEncoder().encode(recorded([nil, nil, nil, nil])), as: UTF8.self)
    #expect(text.contains("\"certified\":null") && text.contains("\"trained\":null"))
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
        == #"{"nodes":[{"hl":{"head":null,"hook":"blocks.0.mlp.hook_post"},"#
        + #""ll":[{"head":null,"hook":"blocks.0.mlp.hook_post"}],"variable":"is_x"},"#
        + #"{"hl":{"head":0,"hook":"blocks.1.attn.hook_result"},"#
        + #""ll":[{"head":2,"hook":"blocks.1.attn.hook_result"}],"variable":"frac"}]}"#)
    let read = try JSONDecoder().decode(AlignmentFile.self, from: Data(text.utf8))
    #expect(read == file)
    #expect(read.nodes.flatMap(\.ll).map(\.component) == [.mlp(layer: 0), .head(layer: 1, head: 2)])
  }
}
