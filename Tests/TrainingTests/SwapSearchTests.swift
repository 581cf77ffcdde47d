import Compiler
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

  @Test("Effective swaps of every node are found, all between inputs that are held out")
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

  @Test("Of a transformer that holds its circuit no failure is found; a rare one, that random swaps miss, is")
  func worstCases() throws {
    let compiled = try circuit(Self.rare)
    func search(_ parameters: Parameters) -> WorstCases {
      WorstCaseSearch(compiled, parameters, draw(compiled), tolerance: 0.05).run(seed: 1)
    }
    let good = search(compiled.parameters)
    #expect(good.failures.isEmpty && good.tries > 1000)

    // Where the flag is set, the output no longer shows it.
    var broken = compiled.parameters
    let unembed = broken.layout.unembed
    for i in 0..<unembed.count { broken.values[unembed.offset + i] *= 0 }
    #expect(!search(broken).failures.isEmpty)
  }

  @Test("A node that no swap asks anything of is untested, and the circuit short of its target")
  func untested() throws {
    // Whether there are five tokens, which there never are, decides nothing.
    let compiled = try circuit(
      """
      many = length > 4;
      mark = (tokens == "a") if not many else False;
      circuit idle { vocab = ["a", "b"]; max_len = 4; output = mark; }
      """)
    let idle = compiled.causalModel.nodes.indices.filter {
      compiled.causalModel.nodeVariables[$0].allSatisfy {
        compiled.causalModel.variables[$0].name != "mark"
      }
    }
    let config = compiled.parameters.config
    let measure = SIITMeasure(
      compiled, config: config, nodes: SIITNodes(compiled, config: config),
      StrictEdges(compiled, config: config, InputSampler(compiled, heldOut: 0.2, seed: 1)), tolerance: 0.05)
    var generator = SeededGenerator(seed: 1)
    let report = measure.measure(
      WeightBuffer(compiled.parameters), InputSampler(compiled, heldOut: 0.2, seed: 1), pairs: 256,
      needed: 20, using: &generator)
    #expect(report.untested == idle.map { compiled.causalModel.nodes[$0] })
    #expect(report.worst == 1 && report.reaches(1) == idle.isEmpty)
  }
}
