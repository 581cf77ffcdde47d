import Compiler
import Runtime
import Testing
import Transformer

@testable import Training

/// Searches for swaps: those that change the program's output, and those that a transformer fails on.
@Suite struct SwapSearchTests {
  /// A flag that is set only by a token in the middle of two others, one input in 27 of three tokens.
  static let rare = """
    before = aggregate(select(indices, indices - 1, ==), tokens, "a");
    after = aggregate(select(indices, indices + 1, ==), tokens, "a");
    rare = before == "b" and tokens == "c" and after == "b";
    circuit rare { vocab = ["a", "b", "c"]; max_len = 4; output = rare; }
    """

  private func draw(_ compiled: CompiledCircuit) -> SwapDraw {
    SwapDraw(sampler: InputSampler(compiled, heldOut: 0.2, seed: 1), part: .heldOut)
  }

  @Test("Effective swaps of every node are found, all between held-out inputs")
  func effective() throws {
    let compiled = try circuit(Self.rare)
    let model = compiled.causalModel
    let draw = draw(compiled)
    var search = EffectiveSearch(model, draw, tolerance: 0.05)
    var generator = SeededGenerator(seed: 1)
    for node in model.nodes.indices {
      let found = search.find(node, wanted: 200, tries: 20_000, using: &generator)
      var (base, source, swapped) = (model.makeState(), model.makeState(), model.makeState())
      var positions = 0
      for pair in found {
        #expect(draw.sampler.holds(pair.base, .heldOut) && draw.sampler.holds(pair.source, .heldOut))
        model.run(pair.base, into: &base)
        model.run(pair.source, into: &source)
        model.swap([node], base: base, source: source, map: pair.map, into: &swapped)
        let effective = (0..<base.length).count { base.outputID(at: $0) != swapped.outputID(at: $0) }
        #expect(effective > 0)
        positions += effective
      }
      #expect(positions >= 200, "node \(model.nodes[node].hookName)")
    }
  }

  @Test(
    "No failure is found in a transformer that holds its circuit; some are if it misses a rare value")
  func worstCases() throws {
    let compiled = try circuit(Self.rare)
    func search(_ parameters: Parameters) -> WorstCases {
      WorstCaseSearch(compiled, parameters, draw(compiled), tolerance: 0.05).run(seed: 1)
    }
    let good = search(compiled.parameters)
    #expect(good.failures.isEmpty && good.tries > 1000)

    // Where the flag is set, the output no longer says so; all else is right.
    var broken = compiled.parameters
    guard case .categorical(let values) = compiled.outputs else {
      Issue.record("a flag is no number")
      return
    }
    let set = try #require(values.firstIndex { $0.equals(.bool(true)) })
    broken.values[broken.layout.unembedBias.offset + set] -= 10
    let node = try #require(compiled.causalModel.nodes.last)
    let found = try #require(search(broken).failures[node])

    // Climbing meets them more often than chance does.
    let (model, pairs) = (compiled.causalModel, draw(compiled))
    var generator = SeededGenerator(seed: 1)
    var (base, source, swapped) = (model.makeState(), model.makeState(), model.makeState())
    let wrong = (0..<good.tries).count { _ in
      let pair = pairs.pair(using: &generator)
      model.run(pair.base, into: &base)
      model.run(pair.source, into: &source)
      model.swap([model.nodes.count - 1], base: base, source: source, map: pair.map, into: &swapped)
      return pair.base.indices.contains { swapped.outputID(at: $0) == Int32(set) }
    }
    #expect(wrong > 0 && found > 2 * wrong, "\(found), by chance \(wrong)")
  }

  @Test("A node whose swaps never change the output is untested, so the circuit misses its target")
  func untested() throws {
    // How often a token occurs is never below zero, so that it decides nothing.
    let compiled = try circuit(
      """
      count = selector_width(select(tokens, tokens, ==));
      mark = count if count < 0 else tokens;
      circuit idle { vocab = [0, 1]; max_len = 4; output = mark; }
      """)
    let model = compiled.causalModel
    let idle = model.nodes.indices.filter { node in
      model.nodeVariables[node].allSatisfy { model.variables[$0].name != "mark" }
    }
    #expect(!idle.isEmpty && idle.count < model.nodes.count)
    let config = compiled.parameters.config
    let sampler = InputSampler(compiled, heldOut: 0.2, seed: 1)
    let measure = SIITMeasure(
      compiled, config: config, nodes: SIITNodes(compiled, config: config),
      StrictEdges(compiled, config: config, sampler), tolerance: 0.05)
    var generator = SeededGenerator(seed: 1)
    let report = measure.measure(
      WeightBuffer(compiled.parameters), sampler, pairs: 256, needed: 20, using: &generator)
    #expect(report.untested == idle.map { model.nodes[$0] })
    #expect(report.worst == 1 && !report.reaches(1) && !report.reaches(0))
    for (node, share) in report.iiaShares {
      #expect((share == nil) == report.untested.contains(node), "\(node)")
    }
  }

  @Test("A target is reached if every figure reaches it and every node has enough effective swaps")
  func reaches() {
    let (a, b, c) = (Component.head(layer: 0, head: 0), Component.mlp(layer: 0), Component.mlp(layer: 1))
    func node(
      _ subject: SIITReport.Subject, _ correct: Int, effective: Int = 0, right: Int = 0
    ) -> SIITReport.Node {
      var node = SIITReport.Node(subject, correct: correct, counted: 100)
      node.effective = effective
      node.effectiveCorrect = right
      return node
    }
    var report = SIITReport(accuracy: node(.output, 100))
    report.needed = 5
    report.iia = [
      node(.component(a), 100, effective: 5, right: 5), node(.component(b), 100, effective: 10, right: 10),
    ]
    report.siia = [node(.component(c), 100)]
    #expect(report.reaches(1) && report.untested.isEmpty)
    // Of all positions, or of those that the swap changes: the lesser share counts.
    report.iia[1].effectiveCorrect = 9
    #expect(!report.reaches(0.91) && report.reaches(0.9))
    report.siia[0].correct = 80
    #expect(!report.reaches(0.81) && report.reaches(0.8))
    for change in [\SIITReport.joint, \.halves, \.together] as [WritableKeyPath<SIITReport, SIITReport.Node>]
    {
      var worse = report
      worse[keyPath: change] = node(.joint, 70)
      #expect(!worse.reaches(0.71) && worse.reaches(0.7))
    }
    for other in [\SIITReport.zeroed, \.edges] as [WritableKeyPath<SIITReport, SIITReport.Node>] {
      var same = report
      same[keyPath: other] = node(.edges, 0)
      #expect(same.reaches(0.8), "what is measured besides is no condition")
    }
    report.iia[0].effective = 4
    report.iia[0].effectiveCorrect = 4
    #expect(report.untested == [a] && !report.reaches(0))
    #expect(report.iiaShares[a] == .some(nil) && report.iiaShares[b] == 0.9)
    #expect(report.siiaShares == [c: 0.8])
  }
}
