import Compiler
import Runtime
import Testing
import Transformer

@testable import Training

@Suite struct SIITMeasureTests {
  /// How often each token occurs, and whether that is more than once: a head and two MLPs.
  func histogramCircuit() throws -> CompiledCircuit {
    var graph = SOpGraph()
    let tokens = graph.add(SOp(.tokens, name: "tokens"))
    let equal = Operation(name: "==", arity: 2) { .bool($0[0] == $0[1]) }
    let same = graph.add(Selector(.select(keys: tokens, queries: tokens, equal)))
    let count = graph.add(SOp(.selectorWidth(same), name: "count"))
    let isOne = Operation(name: "is_one", arity: 1) { .bool($0[0] == .int(1)) }
    let output = graph.add(SOp(.map(isOne, [count]), name: "unique"))
    return try Compiler.compile(
      Circuit(
        name: "unique", vocabulary: [.string("a"), .string("b"), .string("c")], lengths: 2...5,
        causal: false, output: output), in: graph)
  }

  func measure(_ compiled: CompiledCircuit, _ parameters: Parameters) -> SIITReport {
    let config = parameters.config
    let measure = SIITMeasure(
      compiled, config: config, nodes: SIITNodes(compiled, config: config),
      StrictEdges(compiled, config: config, InputSampler(compiled, heldOut: 0.2, seed: 1)), tolerance: 0.05)
    var generator = SeededGenerator(seed: 1)
    return measure.measure(
      WeightBuffer(parameters), InputSampler(compiled, heldOut: 0.2, seed: 1), pairs: 512, needed: 200,
      using: &generator)
  }

  @Test("A compiled transformer holds its own circuit")
  func compiled() throws {
    let compiled = try histogramCircuit()
    let report = measure(compiled, compiled.parameters)
    #expect(report.worst == 1)
    #expect(report.iia.count == compiled.causalModel.nodes.count)
    #expect(report.iia.allSatisfy { $0.counted > 0 && $0.effective >= 200 })
    #expect(report.untested.isEmpty && report.reaches(1))
    #expect(report.joint.effective > 0)
  }

  @Test("An untrained transformer does not")
  func untrained() throws {
    let compiled = try histogramCircuit()
    var generator = SeededGenerator(seed: 5)
    let parameters = Parameters.initialised(config: .trained(for: compiled), using: &generator)
    let report = measure(compiled, parameters)
    #expect(report.accuracy.share < 0.9)
    #expect(report.worst == report.all.map(\.share).min())
    #expect(report.worst <= report.worstIIA && report.worst <= report.worstSIIA)
  }

  @Test("A component outside the circuit that matters shows in SIIA, and only there")
  func outsider() throws {
    let compiled = try histogramCircuit()
    var config = compiled.parameters.config
    // The same transformer with one more head, through which tokens reach the logits.
    config.heads += 1
    var parameters = Parameters(config: config)
    let from = compiled.parameters.layout
    let to = parameters.layout
    for (a, b) in zip(from.all, to.all) {
      parameters.values.replaceSubrange(
        b.offset..<b.offset + a.count, with: compiled.parameters.values[a.range])
    }
    #expect(measure(compiled, parameters).worst == 1)
    let head = config.heads - 1
    let last = to.blocks[config.layers - 1]
    for i in 0..<config.dModel where !compiled.residualLabels[i].hasPrefix("tokens:") {
      // The residual stream passes through the head's first dimension to the output.
      parameters.values[last.wO.offset + head * config.dHead * config.dModel + i] = i % 2 == 0 ? 40 : -40
    }
    for (i, label) in compiled.residualLabels.enumerated() where label == "tokens:a" {
      parameters.values[last.wV.offset + (head * config.dModel + i) * config.dHead] = 1
    }
    let report = measure(compiled, parameters)
    let component = Component.head(layer: config.layers - 1, head: head)
    #expect(report.siia.first { $0.component == component }.map { $0.share < 1 } == true)
  }
}
