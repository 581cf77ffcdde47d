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

  @Test("A component outside the circuit that affects the output shows in its SIIA")
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

  /// What a swap came to, by the causal model and the plain transformer.
  private struct Tally: Equatable {
    var counted = 0
    var correct = 0
    var effective = 0
    var effectiveCorrect = 0
    var pairs = 0
    var correctPairs = 0

    init() {}

    init(_ node: SIITReport.Node) {
      counted = node.counted
      correct = node.correct
      effective = node.effective
      effectiveCorrect = node.effectiveCorrect
      pairs = node.pairs
      correctPairs = node.correctPairs
    }

    /// Adds one pair: at each position whether the answer is right and whether it is asked where the swap matters.
    mutating func add(_ answers: [(isRight: Bool, isEffective: Bool)]) {
      counted += answers.count
      correct += answers.count { $0.isRight }
      effective += answers.count { $0.isEffective }
      effectiveCorrect += answers.count { $0.isRight && $0.isEffective }
      if !answers.isEmpty { pairs += 1 }
      if !answers.isEmpty, answers.allSatisfy({ $0.isRight }) { correctPairs += 1 }
    }
  }

  @Test("Every figure agrees with the plain transformer, swap by swap, and with the program's outputs")
  func plain() throws {
    // Effective positions are few: one token in a certain neighbourhood is told from all others.
    let compiled = try circuit(SwapSearchTests.rare)
    let model = compiled.causalModel
    var generator = SeededGenerator(seed: 5)
    let parameters = Parameters.initialised(config: .trained(for: compiled), using: &generator)
    let config = parameters.config
    let nodes = SIITNodes(compiled, config: config)
    let sampler = InputSampler(compiled, heldOut: 0.2, seed: 1)
    let edges = StrictEdges(compiled, config: config, sampler)
    let measure = SIITMeasure(compiled, config: config, nodes: nodes, edges, tolerance: 0.05)
    var draws = SeededGenerator(seed: 3)
    let report = measure.measure(
      WeightBuffer(parameters), sampler, pairs: 256, needed: 0, using: &draws)

    // The same pairs: they are the first thing that is drawn; then for every block half of the components outside the
    // circuit, four edges, and some of those inside.
    draws = SeededGenerator(seed: 3)
    let batch = PairBatch(compiled, blocks: 16)
    let run = PlainRun(config: config, capacity: PairBatch.capacity(config, blocks: 16))
    batch.draw(sampler, .heldOut, into: run, using: &draws)
    let transformer = ReferenceTransformer(parameters)
    let bos = compiled.tokenizer.bos
    var (base, source, swapped) = (model.makeState(), model.makeState(), model.makeState())
    var accuracy = Tally()
    var (iia, siia) = (nodes.aligned.map { _ in Tally() }, nodes.outside.map { _ in Tally() })
    var (joint, halves, together, zeroed, patched) = (Tally(), Tally(), Tally(), Tally(), Tally())
    for block in 0..<16 {
      let half = nodes.outside.filter { _ in draws.next() & 1 == 0 }
      let strict = (0..<4).map { _ in edges.edges[draws.index(below: edges.edges.count)] }
      let several = nodes.aligned.indices.filter { _ in draws.next() & 1 == 0 }
      for lane in 0..<laneCount {
        let pair = batch.pair(block: block, lane: lane)
        #expect(sampler.holds(pair.base, .heldOut))
        model.run(pair.base, into: &base)
        model.run(pair.source, into: &source)
        let (input, trace) = ([bos] + pair.base, transformer.run([bos] + pair.source))
        func swapping(_ components: [Component]) -> [[Double]] {
          let swaps = Dictionary(uniqueKeysWithValues: components.map { ($0, trace) })
          return transformer.run(input, swaps: swaps, map: pair.map).logits
        }
        /// Adds what logits answer where a state says what is right.
        func add(
          _ logits: [[Double]], _ state: CausalState, to tally: inout Tally, isEffective: (Int) -> Bool
        ) {
          tally.add(
            pair.base.indices.filter { state.hasOutput(at: $0) }.map { position in
              let row = logits[position + 1]
              let best = row.indices.max { row[$0] < row[$1] }
              return (best == Int(state.outputID(at: position)), isEffective(position))
            })
        }
        /// The same where nothing is to change; effective is where the source's output is another.
        func add(_ logits: [[Double]], to tally: inout Tally) {
          add(logits, base, to: &tally) {
            base.outputID(at: $0) != source.outputID(at: Int(pair.map.places[$0]))
          }
        }
        func addSwap(_ places: [Int], to tally: inout Tally) {
          model.swap(places, base: base, source: source, map: pair.map, into: &swapped)
          add(swapping(places.map { nodes.aligned[$0] }), swapped, to: &tally) {
            swapped.outputID(at: $0) != base.outputID(at: $0)
          }
        }
        add(swapping([]), to: &accuracy)
        for (place, component) in nodes.outside.enumerated() { add(swapping([component]), to: &siia[place]) }
        if !half.isEmpty { add(swapping(half), to: &halves) }
        add(swapping(nodes.outside), to: &together)
        for set in [half, nodes.outside] where !set.isEmpty {
          add(transformer.run(input, zeroed: set).logits, to: &zeroed)
        }
        for edge in strict {
          let patch = (target: edge.target, writers: edge.writers, source: trace)
          add(transformer.run(input, map: pair.map, patch: patch).logits, to: &patched)
        }
        for place in nodes.aligned.indices { addSwap([place], to: &iia[place]) }
        if !several.isEmpty { addSwap(several, to: &joint) }
      }
    }
    #expect(Tally(report.accuracy) == accuracy)
    draws = SeededGenerator(seed: 3)
    let alone = measure.accuracy(WeightBuffer(parameters), sampler, pairs: 256, using: &draws)
    #expect(alone == report.accuracy.share, "measured alone, the output has the same held-out inputs")
    #expect(report.iia.map(\.component) == nodes.aligned)
    #expect(report.siia.map(\.component) == nodes.outside)
    #expect(report.iia.map(Tally.init) == iia)
    #expect(report.siia.map(Tally.init) == siia)
    #expect(Tally(report.joint) == joint)
    #expect(Tally(report.halves) == halves && Tally(report.together) == together)
    #expect(Tally(report.zeroed) == zeroed && Tally(report.edges) == patched)
    // None of it is all or nothing.
    for tally in iia {
      #expect(0 < tally.effective && tally.effective < tally.counted / 2)
      #expect(0 < tally.correct && tally.correct < tally.counted)
    }
  }
}
