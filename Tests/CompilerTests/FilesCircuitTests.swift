import Foundation
import Testing
import Transformer

@testable import Compiler

/// Circuits and alignments are written under TransformerLens's hook names, and read back.
struct FilesCircuitTests {
  static let nodes: [(CircuitNode, String)] = [
    (.embed, "hook_embed"), (.positionEmbed, "hook_pos_embed"),
    (.queryInput(layer: 1, head: 0), "blocks.1.hook_q_input[0]"),
    (.keyInput(layer: 0, head: 12), "blocks.0.hook_k_input[12]"),
    (.valueInput(layer: 10, head: 3), "blocks.10.hook_v_input[3]"),
    (.query(layer: 1, head: 2), "blocks.1.attn.hook_q[2]"),
    (.key(layer: 1, head: 2), "blocks.1.attn.hook_k[2]"),
    (.value(layer: 1, head: 2), "blocks.1.attn.hook_v[2]"),
    (.result(layer: 1, head: 2), "blocks.1.attn.hook_result[2]"),
    (.mlpInput(layer: 0), "blocks.0.hook_mlp_in"), (.mlpOutput(layer: 0), "blocks.0.hook_mlp_out"),
    (.output(layer: 1), "blocks.1.hook_resid_post"),
  ]

  @Test(arguments: nodes)
  func hookNamesRoundTrip(node: CircuitNode, name: String) {
    #expect(node.hookName == name)
    #expect(CircuitNode(hookName: name) == node)
  }

  @Test(
    arguments: [
      "", "hook", "blocks.0", "blocks.x.hook_mlp_in", "blocks.-1.hook_mlp_in", "blocks.0.hook_mlp_in[0]",
      "blocks.0.hook_q_input", "blocks.0.hook_q_input[]", "blocks.0.hook_q_input[1", "layers.0.hook_mlp_in",
    ])
  func otherNamesAreNone(name: String) {
    #expect(CircuitNode(hookName: name) == nil)
  }

  @Test func edgesAreSortedPairsOfNames() throws {
    let edges = [
      CircuitEdge(from: .mlpInput(layer: 0), to: .mlpOutput(layer: 0)),
      CircuitEdge(from: .embed, to: .mlpInput(layer: 0)),
      CircuitEdge(from: .positionEmbed, to: .keyInput(layer: 1, head: 0)),
    ]
    let data = try JSONEncoder().encode(EdgesFile(edges))
    let pairs = try JSONDecoder().decode([[String]].self, from: data)
    #expect(
      pairs == [
        ["blocks.0.hook_mlp_in", "blocks.0.hook_mlp_out"], ["hook_embed", "blocks.0.hook_mlp_in"],
        ["hook_pos_embed", "blocks.1.hook_k_input[0]"],
      ])
    let read = try JSONDecoder().decode(EdgesFile.self, from: data).circuitEdges
    #expect(Set(try #require(read)) == Set(edges))
    #expect(EdgesFile(edges.reversed()) == EdgesFile(edges))
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
