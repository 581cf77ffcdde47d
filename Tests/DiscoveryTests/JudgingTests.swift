import Foundation
import Testing
import Transformer

@testable import Discovery

@Suite struct JudgingTests {
  /// Scores that find all edges along which data flows, those included that change nothing.
  private func file(_ truth: GroundTruth, flow: KnownCircuit) -> DiscoveryResult {
    let scores = DiscoveryScores(edges: flow.edges.map { $0 ? 1 : 0 }, graph: flow.graph)
    let pairs = InputPairs(clean: [], corrupted: [], maps: [], counted: [], outputKind: .categorical)
    let config = TransformerConfig(
      layers: flow.graph.layers, heads: flow.graph.heads, dModel: 1, dHead: 1, dMLP: 1, context: 1,
      vocabulary: 1, outputs: 1, activation: .relu, causal: false)
    return DiscoveryResult(
      method: "acdc", circuit: "last", model: .hl,
      task: DiscoveryTask(parameters: Parameters(config: config), pairs: pairs), scores: scores,
      truth: truth, seconds: 0)
  }

  @Test("Methods are judged by the edges that change outputs, whatever their files say")
  func causal() throws {
    let compiled = try SmallCircuits.lastToken()
    let graph = EdgeGraph(compiled.parameters.config)
    let measurement = EdgeMeasurement(compiled, trained: nil, trainingSeed: 0)
    let edges = measurement.measure(pairs: 100, seed: 0)
    #expect(measurement.isDone(by: edges))
    #expect(edges.isCertified == nil)
    let truth = GroundTruth(causal: edges.causal, benchmark: compiled.edges, graph: graph)
    let flow = KnownCircuit(compiled.dataflow, graph: graph)
    #expect(truth.causal.edges != flow.edges, "the head that counts the positions reads tokens in vain")
    for (causal, flows) in zip(truth.causal.edges, flow.edges) where causal { #expect(flows) }

    let file = file(truth, flow: flow)
    #expect(try #require(file.aurocEdges) < 1)
    #expect(file.aurocBenchmarkEdges == 1)
    var edited = file
    edited.aurocEdges = 0.25
    edited.aurocNodes = 0.25
    for index in edited.edges.indices { edited.edges[index].inCircuit.toggle() }
    let isJudged = edited.judge(by: truth)
    #expect(isJudged)
    #expect(edited.aurocEdges == file.aurocEdges && edited.aurocNodes == file.aurocNodes)
    #expect(edited.edges.map(\.inCircuit) == truth.causal.edges)
    // Of another transformer they cannot be judged.
    let other = GroundTruth(
      causal: edges.causal, benchmark: compiled.edges, graph: EdgeGraph(layers: 3, heads: 1))
    let isJudgedByOther = edited.judge(by: other)
    #expect(!isJudgedByOther)
    #expect(edited.aurocEdges == nil)
  }

  @Test("A larger trained transformer's edges keep their own names, next to the compiled one's effects")
  func trained() throws {
    let compiled = try SmallCircuits.lastToken()
    var config = compiled.parameters.config
    config.layers += 1
    config.heads += 2
    var generator = SeededGenerator(seed: 1)
    let parameters = Parameters.initialised(config: config, using: &generator)
    let measured = EdgeMeasurement(compiled, trained: parameters, trainingSeed: 0).measure(pairs: 60, seed: 0)
    let graph = EdgeGraph(config)
    #expect(measured.edges.map(\.edge) == graph.circuitEdges)
    for (edge, effect) in zip(graph.edges, measured.edges) {
      let isNew = [edge.from, edge.to.owner].contains { node in
        switch node {
        case .head(let layer, let head): layer == 2 || head > 0
        case .mlp(let layer): layer == 2
        default: false
        }
      }
      #expect((effect.compiled == nil) == isNew, "\(edge): a new head is no old one")
      #expect(effect.trained != nil)
    }
    #expect(measured.causal.last?.to == .output(layer: 2))
    let known = KnownCircuit(measured.causal, graph: EdgeGraph(compiled.parameters.config))
    #expect(measured.causal.count == known.edges.count { $0 }, "as many as in the compiled one")
    #expect(measured.isCertified == false && !measured.notCertified.isEmpty, "it has not been trained")
    #expect(!EdgeMeasurement(compiled, trained: nil, trainingSeed: 0).isDone(by: measured))
  }

  @Test("Circuits with the same name are distinguished by as much of their folders' paths as it takes")
  func labels() {
    func folder(_ path: String) -> URL { URL(fileURLWithPath: path) }
    let labels = CircuitLabels([
      (folder("/a/x/out/sort"), "sort"), (folder("/a/y/out/sort"), "sort"), (folder("/a/y/out/copy"), "copy"),
      (folder("/a/y/out/other"), "twice"), (folder("/a/y/out/twice"), "twice"),
    ])
    #expect(labels[folder("/a/x/out/sort")] == "x/out/sort")
    #expect(labels[folder("/a/y/out/sort")] == "y/out/sort")
    #expect(labels[folder("/a/y/out/copy")] == "copy")
    #expect(labels[folder("/a/y/out/other")] == "other")
    #expect(labels[folder("/a/y/out/twice")] == "twice")
  }
}
