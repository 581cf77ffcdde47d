import Compiler
import Testing
import Transformer

@testable import Discovery

@Suite struct EdgeGraphTests {
  @Test("Two layers of four heads have 137 edges, none of them backwards")
  func edges() {
    let graph = EdgeGraph(layers: 2, heads: 4)
    #expect(graph.edges.count == 137)
    #expect(Set(graph.edges).count == 137)
    for (index, edge) in graph.edges.enumerated() {
      #expect(graph.index(of: edge) == index)
      let (source, target) = graph.ends(of: index)
      #expect(graph.sources[source] == edge.from && graph.targets[target] == edge.to)
      if let owner = graph.owner(of: target) { #expect(source < owner) }
    }
    #expect(graph.index(of: Edge(from: .head(layer: 1, head: 0), to: .query(layer: 1, head: 1))) == nil)
    #expect(graph.index(of: Edge(from: .mlp(layer: 0), to: .mlp(layer: 0))) == nil)
    // Its number would be that of the layer's MLP.
    #expect(graph.index(of: Edge(from: .head(layer: 0, head: 4), to: .mlp(layer: 1))) == nil)
    #expect(graph.index(of: Edge(from: .head(layer: 0, head: 3), to: .mlp(layer: 0))) != nil)
  }

  @Test("A compiled circuit's edges are found in a deeper transformer; those inside nodes are left out")
  func knownCircuit() {
    let graph = EdgeGraph(layers: 3, heads: 4)
    let circuit = [
      CircuitEdge(from: .embed, to: .mlpInput(layer: 0)),
      CircuitEdge(from: .mlpInput(layer: 0), to: .mlpOutput(layer: 0)),
      CircuitEdge(from: .mlpOutput(layer: 0), to: .valueInput(layer: 1, head: 2)),
      CircuitEdge(from: .valueInput(layer: 1, head: 2), to: .value(layer: 1, head: 2)),
      CircuitEdge(from: .value(layer: 1, head: 2), to: .result(layer: 1, head: 2)),
      CircuitEdge(from: .key(layer: 1, head: 2), to: .queryInput(layer: 1, head: 3)),
      CircuitEdge(from: .result(layer: 1, head: 2), to: .output(layer: 1)),
    ]
    let known = KnownCircuit(circuit, graph: graph)
    let edges = graph.edges.indices.filter { known.edges[$0] }.map { graph.edges[$0] }
    #expect(
      Set(edges) == [
        Edge(from: .embed, to: .mlp(layer: 0)),
        Edge(from: .mlp(layer: 0), to: .value(layer: 1, head: 2)),
        Edge(from: .head(layer: 1, head: 2), to: .output),
      ])
    let nodes = graph.sources.indices.filter { known.nodes[$0] }.map { graph.sources[$0] }
    #expect(Set(nodes) == [.embed, .mlp(layer: 0), .head(layer: 1, head: 2)])
  }

  @Test("Judgement merges a head's inputs and both embeddings, and takes the best score of each")
  func wholeNodes() throws {
    let graph = EdgeGraph(layers: 1, heads: 1)
    let known = KnownCircuit(
      [
        CircuitEdge(from: .positionEmbed, to: .keyInput(layer: 0, head: 0)),
        CircuitEdge(from: .result(layer: 0, head: 0), to: .output(layer: 0)),
      ], graph: graph)
    var scores = [Double](repeating: 0, count: graph.edges.count)
    // The wrong input of the right head, and the right edge to the output.
    scores[try #require(graph.index(of: Edge(from: .embed, to: .query(layer: 0, head: 0))))] = 2
    scores[
      try #require(graph.index(of: Edge(from: .head(layer: 0, head: 0), to: .output)))] = 1
    let judgement = Judgement(DiscoveryScores(edges: scores, graph: graph), against: known)
    #expect(judgement.wholeNodeEdges?.area == 1)
    #expect(try #require(judgement.edges).area < 1)
    #expect(DiscoveryScores(edges: scores, graph: graph).nodes == [2, 0, 2, 0])
  }
}
