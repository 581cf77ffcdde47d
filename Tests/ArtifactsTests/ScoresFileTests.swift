import Discovery
import Foundation
import Testing
import Transformer

@testable import Artifacts

@Suite struct ScoresFileTests {
  private func read(_ text: String, _ name: String = "scores.json") throws -> ScoresFile {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return try ScoresFile(reading: url)
  }

  private func message(_ text: String, _ name: String = "scores.json") -> String? {
    do {
      _ = try read(text, name)
      return nil
    } catch { return "\(error)".split(separator: "error: ").last.map(String.init) }
  }

  @Test("Every tool's names mean the same places")
  func names() {
    let sources: [(SourceNode, [String])] = [
      (.embed, ["hook_embed"]), (.positionEmbed, ["hook_pos_embed"]),
      (.head(layer: 1, head: 0), ["blocks.1.attn.hook_result[0]", "a1.h0", "A1.0"]),
      (.mlp(layer: 0), ["blocks.0.hook_mlp_out", "blocks.0.mlp.hook_post", "m0", "MLP 0"]),
    ]
    for (node, names) in sources {
      for name in names { #expect(ScoredSource(outsideName: name) == .node(node), "\(name)") }
    }
    for name in ["input", "Resid Start", "blocks.0.hook_resid_pre"] {
      #expect(ScoredSource(outsideName: name) == .embeddings)
    }
    let targets: [(ScoredTarget, [String])] = [
      (.input(.query(layer: 1, head: 2)), ["blocks.1.hook_q_input[2]", "a1.h2<q>", "A1.2.Q"]),
      (.input(.key(layer: 1, head: 2)), ["blocks.1.hook_k_input[2]", "a1.h2<k>", "A1.2.K"]),
      (.input(.value(layer: 1, head: 2)), ["blocks.1.hook_v_input[2]", "a1.h2<v>", "A1.2.V"]),
      (.head(layer: 1, head: 2), ["blocks.1.attn.hook_result[2]", "a1.h2", "A1.2"]),
      (.input(.mlp(layer: 1)), ["blocks.1.hook_mlp_in", "blocks.1.hook_mlp_out", "m1", "MLP 1"]),
      (.input(.output), ["blocks.1.hook_resid_post", "logits", "Resid End", "output"]),
    ]
    for (target, names) in targets {
      for name in names { #expect(ScoredTarget(outsideName: name, layers: 2) == target, "\(name)") }
    }
    // The stream after the first of two layers is not the output; a head's query writes nothing.
    for name in ["blocks.0.hook_resid_post", "hook_embed", "input", "a1", "m", "a1.h2<z>", ""] {
      #expect(ScoredTarget(outsideName: name, layers: 2) == nil, "\(name)")
    }
    for name in [
      "a1.h0<q>", "A1.0.Q", "logits", "blocks.1.hook_q_input[0]", "m-1", "a1.h", "a1.h99999999999999999999",
    ] {
      #expect(ScoredSource(outsideName: name) == nil, "\(name)")
    }
  }

  @Test(
    "All forms are read",
    arguments: [
      #"{"edges": [{"from": "a0.h0", "to": "m0", "score": 0.5}], "nodes": [{"node": "m0", "score": -2}], "x": 1}"#,
      #"{"cfg": {}, "nodes": {"m0": {"in_graph": true, "score": -2}, "logits": {"in_graph": true}}, "#
        + #""edges": {"a0.h0->m0": {"score": 0.5, "in_graph": false}}}"#,
      #"{"a0.h0->m0": 0.5, "m0": -2}"#,
      #"{"a0.h0 -> m0": 5e-1, "m0": -2}"#,
    ])
  func forms(text: String) throws {
    let scores = try read(text).scores(layers: 1)
    #expect(scores.edges.count == 1 && scores.nodes.count == 1)
    let edge = try #require(scores.edges.first)
    #expect(edge.from == .node(.head(layer: 0, head: 0)) && edge.to == .input(.mlp(layer: 0)))
    #expect(edge.score == 0.5 && scores.nodes[0].score == -2)
  }

  @Test(
    "Tables are read by the names of their columns",
    arguments: [
      "from,to,score\na0.h0,m0,0.5\n", "score,edge\n0.5,a0.h0->m0",
      "rank,Source,Target,Score\r\n1,\"a0.h0\", m0 ,.5\r\n",
    ])
  func tables(text: String) throws {
    let scores = try read(text, "scores.csv").scores(layers: 1)
    #expect(scores.edges.map(\.name) == ["a0.h0->m0"] && scores.edges[0].score == 0.5)
  }

  @Test("What cannot be read is refused with a reason")
  func refusals() throws {
    #expect(message("[1]") != nil)
    #expect(message(#"{"m0": NaN}"#) == "it has NaN in it, which is no number in JSON and cannot be ranked")
    #expect(message(#"{"m0": "high"}"#) == "not of type Double at m0")
    #expect(message(#"{"edges": [{"from": "m0", "score": 1}]}"#) == "'to' is missing at edges.[0]")
    #expect(
      message(#"{"edges": {"m0->logits": {"in_graph": true}}}"#) == "'m0->logits' has no score at edges")
    #expect(message("", "s.csv") == "it is empty")
    #expect(message("a,b\n1,2", "s.csv")?.hasPrefix("its first line must name the columns") == true)
    #expect(message("node,score\nm0", "s.csv") == "line 2 has 1 fields, but the first line has 2")
    #expect(message("node,score\nm0,much", "s.csv") == "line 2: 'much' is not a number")
    #expect(throws: ScoresError.self) { try read(#"{"m0->m1<q>": 1}"#).scores(layers: 2) }
    do {
      _ = try read(#"{"mlp0": 1}"#).scores(layers: 2)
      Issue.record("an unknown name was taken")
    } catch let error as ScoresError {
      #expect(error.description == "'mlp0' is not the name of a node that writes to the residual stream")
    }
  }
}
