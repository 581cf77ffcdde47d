import Foundation
import Testing
import Transformer

@testable import Discovery

@Suite struct InterventionTests {
  @Test("Cutting every edge out of a node equals swapping its activation", arguments: [false, true])
  func wholeNodes(causal: Bool) {
    let scene = Scene(kind: .categorical, causal: causal, inputs: 5)
    let inputs = scene.task(.resample).prepare()
    let reference = ReferenceTransformer(scene.parameters)
    let run = MaskedRun(inputs.model)
    let graph = inputs.model.graph
    let components: [(SourceNode, Component)] = [
      (.head(layer: 0, head: 1), .head(layer: 0, head: 1)), (.mlp(layer: 0), .mlp(layer: 0)),
      (.head(layer: 1, head: 0), .head(layer: 1, head: 0)),
    ]
    for (node, component) in components {
      let mask = EdgeMask(graph, 1)
      for (index, edge) in graph.edges.enumerated() where edge.from == node { mask[index] = 0 }
      for block in inputs.blocks {
        run.forward(block, mask)
        for (lane, input) in block.indices.enumerated() {
          let source = reference.run(scene.pairs.corrupted[input])
          let expected = reference.run(
            scene.pairs.clean[input], swaps: [component: source], map: scene.pairs.maps[input]
          ).logits
          for (position, row) in expected.enumerated() {
            for (output, value) in row.enumerated() {
              let got = Double(run.logits(block).row(output)[position * laneCount + lane])
              #expect(abs(got - value) < 5e-5)
            }
          }
        }
      }
    }
  }

  @Test("Half of a circuit's pairs are plain; the others have sources of any length; each seed has its own")
  func pairs() throws {
    let compiled = try SmallCircuits.lastToken()
    let inputs = CircuitInputs(compiled, count: 400, seed: 1)
    let maps = inputs.pairs.maps
    let plain = maps.count(where: \.isPlain)
    #expect((160...260).contains(plain))
    #expect(Set(maps.map(\.sourceLength)).count == compiled.circuit.lengths.count)
    #expect(maps.contains { $0.sourceLength > $0.baseLength })
    #expect(maps.contains { $0.sourceLength < $0.baseLength })
    let same = zip(inputs.pairs.clean, inputs.pairs.corrupted).count { $0 == $1 }
    #expect(same < 20, "a plain swap of an input with itself says nothing")
    #expect(inputs.pairs.corrupted == CircuitInputs(compiled, count: 400, seed: 1).pairs.corrupted)
    #expect(inputs.pairs.corrupted != CircuitInputs(compiled, count: 400, seed: 2).pairs.corrupted)
    // Outputs are those of the source's position, not of the base's.
    let last = try #require(inputs.outputs[0].last)
    for (index, map) in maps.enumerated() {
      for (position, place) in map.places.enumerated() {
        let isLast = Int(place) + 1 == map.sourceLength
        #expect((inputs.corruptedOutputs[index][position + 1] == last) == isLast)
      }
    }
  }

  /// Only the embedding, the first MLP and the output take part.
  private func scene() -> Scene {
    let scene = Scene(kind: .categorical, inputs: 24)
    var parameters = scene.parameters
    for block in parameters.layout.blocks {
      for index in block.wO.range { parameters.values[index] = 0 }
    }
    for tensor in [parameters.layout.blocks[1].wOut, parameters.layout.positions] {
      for index in tensor.range { parameters.values[index] = 0 }
    }
    return Scene(parameters: parameters, pairs: scene.pairs)
  }

  @Test(
    "Probing keeps what takes part and drops what does not; the same seed gives the same scores",
    arguments: [SubnetworkProbing.Gates.edges, .nodes])
  func probing(gates: SubnetworkProbing.Gates) {
    let scene = scene()
    let method = SubnetworkProbing(over: gates, penalties: [0.3], steps: 60)
    var parts: [Double] = []
    let scores = method.scores(scene.task(.resample)) { parts.append($0) }
    let graph = EdgeGraph(scene.parameters.config)
    for (index, node) in graph.sources.enumerated() {
      switch node {
      case .embed: #expect(scores.nodes[index] > 0.9)
      case .head, .mlp(layer: 1): #expect(gates == .edges || scores.nodes[index] < 0.5)
      case .mlp, .positionEmbed: break
      }
    }
    for (edge, score) in zip(graph.edges, scores.edges) {
      if case .query = edge.to { #expect(score < 0.5, "\(edge)") }
    }
    #expect(parts == parts.sorted() && parts.last == 1)
    #expect(method.scores(scene.task(.resample), progress: { _ in }).edges == scores.edges)
  }

  @Test("Edges that do not affect the output score zero", arguments: [nil, 4])
  func deadEdges(steps: Int?) {
    let scene = scene()
    let scores = EdgeAttribution(integratedGradientSteps: steps).scores(scene.task(.resample)) { _ in }
    for (edge, score) in zip(EdgeGraph(scene.parameters.config).edges, scores.edges) {
      switch (edge.from, edge.to) {
      case (_, .query), (_, .key), (_, .value), (_, .mlp(layer: 1)): #expect(score == 0, "\(edge)")
      case (.embed, .output), (.embed, .mlp(layer: 0)), (.mlp(layer: 0), .output): #expect(score > 0)
      default: break
      }
    }
  }

  @Test("Each weight is counted once, by value and by component")
  func weights() {
    let scene = scene()
    let summary = WeightSummary(scene.parameters, bins: 10)
    #expect(summary.counts.reduce(0, +) == scene.parameters.values.count)
    let zeros = scene.parameters.values.count { $0 == 0 }
    #expect(abs(summary.zeros - Double(zeros) / Double(scene.parameters.values.count)) < 1e-12)
    let block = scene.parameters.layout.blocks[0]
    let mlp = scene.parameters[block.wIn] + scene.parameters[block.wOut]
    let expected = (mlp.reduce(0.0) { $0 + Double($1 * $1) } / Double(mlp.count)).squareRoot()
    #expect(abs((summary.norms[.mlp(layer: 0)] ?? 0) - expected) < 1e-6)
    #expect(summary.norms.count == 6)
  }
}
