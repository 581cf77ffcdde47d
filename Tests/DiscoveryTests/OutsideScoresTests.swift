import Testing
import Transformer

@testable import Discovery

/// Scores of other tools on a transformer with one layer of one head: 11 edges.
@Suite struct OutsideScoresTests {
  private let graph = EdgeGraph(layers: 1, heads: 1)

  private func entry(
    _ from: ScoredSource, _ to: ScoredTarget, _ score: Double = 1, _ name: String = "x->y"
  ) -> OutsideScores.EdgeEntry {
    .init(from: from, to: to, score: score, name: name)
  }

  /// Both embeddings and all inputs of the head joined: 4 entries.
  private var joined: [OutsideScores.EdgeEntry] {
    let head = ScoredSource.node(.head(layer: 0, head: 0))
    return [
      entry(.embeddings, .head(layer: 0, head: 0), 1, "input->a0.h0"),
      entry(.embeddings, .input(.mlp(layer: 0)), 2, "input->m0"),
      entry(head, .input(.mlp(layer: 0)), 3, "a0.h0->m0"),
      entry(.embeddings, .input(.output), 4, "input->logits"),
      entry(head, .input(.output), 5, "a0.h0->logits"),
      entry(.node(.mlp(layer: 0)), .input(.output), 6, "m0->logits"),
    ]
  }

  private func error(_ edges: [OutsideScores.EdgeEntry], missing: Double? = 0) -> String? {
    do {
      let scores = OutsideScores(edges: edges, nodes: [])
      _ = try scores.granularity
      _ = try scores.edgeScores(on: graph, missing: missing)
      return nil
    } catch { return error.description }
  }

  @Test("A joined entry's score goes to each edge that it stands for, and to no other")
  func spreads() throws {
    let scores = OutsideScores(edges: joined, nodes: [])
    #expect(try scores.granularity == Granularity(joinsEmbeddings: true, joinsHeadInputs: true))
    let edges = try #require(try scores.edgeScores(on: graph, missing: nil))
    #expect(edges.count == graph.edges.count)
    for (edge, score) in zip(graph.edges, edges) {
      let expected: Double =
        switch (edge.from, edge.to) {
        case (.embed, .output), (.positionEmbed, .output): 4
        case (.embed, .mlp), (.positionEmbed, .mlp): 2
        case (.head, .mlp): 3
        case (.head, .output): 5
        case (.mlp, .output): 6
        default: 1
        }
      #expect(score == expected, "\(edge)")
    }
    #expect(try scores.nodeScores(on: graph, missing: nil) == nil)
  }

  @Test("What is unknown, impossible, doubled, missing or mixed is named")
  func refusals() {
    #expect(error(joined, missing: nil) == nil)
    #expect(
      error([entry(.node(.head(layer: 0, head: 3)), .input(.output), 1, "a0.h3->logits")])
        == "'a0.h3->logits' is not in this transformer, which has 1 layer of 1 head")
    #expect(
      error([entry(.embeddings, .input(.mlp(layer: 1)), 1, "input->m1")])
        == "'input->m1' is not in this transformer, which has 1 layer of 1 head")
    #expect(
      error([entry(.node(.mlp(layer: 0)), .head(layer: 0, head: 0), 1, "m0->a0.h0")])?
        .contains("'m0->a0.h0' is not an edge of this transformer") == true)
    #expect(error(joined + [joined[2]]) == "'a0.h0->m0' is scored twice")
    #expect(
      error([joined[2], entry(.node(.head(layer: 0, head: 0)), .input(.mlp(layer: 0)), 1, "A0.0->MLP 0")])
        == "'A0.0->MLP 0' and 'a0.h0->m0' score the same edge")
    #expect(
      error(Array(joined.dropLast()), missing: nil)?
        .hasPrefix("no score for 1 edge, such as blocks.0.hook_mlp_out -> blocks.0.hook_resid_post;") == true)
    #expect(
      error([joined[0], entry(.node(.embed), .input(.mlp(layer: 0)), 1, "hook_embed->m0")])?
        .hasPrefix("'input->a0.h0' joins the two embeddings, but 'hook_embed->m0' does not") == true)
    #expect(
      error([joined[0], entry(.embeddings, .input(.key(layer: 0, head: 0)), 1, "input->a0.h0<k>")])?
        .hasPrefix("'input->a0.h0' joins the inputs of a head, but 'input->a0.h0<k>' does not") == true)
    #expect(
      error([entry(.embeddings, .input(.output), .infinity, "e")])
        == "the score of 'e' is not a finite number")
  }

  @Test("Edges that a method does not tell apart are judged as one, which is right if any of them is")
  func granularity() throws {
    // Only the key is read from positions, and the head's result by the output.
    let truth = GroundTruth(
      causal: [
        CircuitEdge(from: .positionEmbed, to: .keyInput(layer: 0, head: 0)),
        CircuitEdge(from: .result(layer: 0, head: 0), to: .output(layer: 0)),
      ], benchmark: [], graph: graph)
    var entries = joined
    // The two true units get the highest scores.
    (entries[0].score, entries[4].score) = (9, 8)
    func judged(_ entries: [OutsideScores.EdgeEntry]) throws -> DiscoveryResult {
      try DiscoveryResult(
        method: "mine", circuit: "c", model: .ll, scores: OutsideScores(edges: entries, nodes: []),
        missing: nil, truth: truth)
    }
    let found = try judged(entries)
    #expect(found.aurocEdges == 1 && found.aurocWholeNodeEdges == 1 && found.run == nil)
    #expect(found.edgeCurve?.points.count == 7, "six units of distinct scores")
    // One of the four other units above one of the two true ones.
    entries[5].score = 8.5
    #expect(try judged(entries).aurocEdges == 7.0 / 8)
    // Told apart, the five wrong edges into the head would count against it.
    let apart = Judgement(
      DiscoveryScores(edges: found.edges.map(\.score), graph: graph), against: truth.causal)
    #expect(try #require(apart.edges).area < 0.9)
    // Judged again from its file, the result is the same.
    var again = found
    again.aurocEdges = 0.1
    let isJudged = again.judge(by: truth)
    #expect(isJudged && again == found)
  }

  @Test("Scores of nodes alone judge nodes, and no edges")
  func nodesOnly() throws {
    let truth = GroundTruth(
      causal: [CircuitEdge(from: .result(layer: 0, head: 0), to: .output(layer: 0))], benchmark: [],
      graph: graph)
    let scores = OutsideScores(
      edges: [],
      nodes: [
        .init(node: .embeddings, score: 0.1, name: "input"),
        .init(node: .node(.head(layer: 0, head: 0)), score: 3, name: "a0.h0"),
        .init(node: .node(.mlp(layer: 0)), score: -1, name: "m0"),
      ])
    var result = try DiscoveryResult(
      method: "mine", circuit: "c", model: .ll, scores: scores, missing: nil, truth: truth)
    #expect(result.aurocNodes == 1 && result.aurocEdges == nil && result.edges.isEmpty)
    #expect(result.nodes.map(\.score) == [0.1, 0.1, 3, -1])
    let isJudged = result.judge(by: truth)
    #expect(isJudged)
    #expect(throws: ScoresError.self) {
      try DiscoveryResult(
        method: "mine", circuit: "c", model: .ll,
        scores: OutsideScores(edges: [], nodes: Array(scores.nodes.dropFirst())), missing: nil, truth: truth)
    }
    #expect(throws: ScoresError.self) {
      try DiscoveryResult(
        method: "mine", circuit: "c", model: .ll, scores: OutsideScores(edges: [], nodes: []), missing: 0,
        truth: truth)
    }
  }
}
