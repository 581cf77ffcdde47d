import Compiler
import Testing
import Transformer

@testable import Discovery

@Suite struct EdgeEffectTests {
  @Test(
    "Every edge's effect agrees with the plain transformer with that edge cut",
    arguments: [InputPairs.OutputKind.categorical, .numerical])
  func plain(kind: InputPairs.OutputKind) {
    // More than one chunk, of mixed lengths: results must find their way back to their pairs.
    let scene = Scene(kind: kind, inputs: 70)
    let tolerance = 0.05
    let effects = EdgeEffects(scene.parameters, scene.pairs, tolerance: tolerance).effects
    let plain = scene.bruteForce(.resample)
    var shares: Set<Double> = []
    for (index, edge) in plain.model.graph.edges.enumerated() {
      let expected = plain.effect(of: edge, tolerance: tolerance)
      #expect(abs(effects[index].changed - expected.changed) < 1e-9, "\(edge)")
      #expect(abs(effects[index].divergence - expected.divergence) < 1e-4, "\(edge)")
      shares.insert(expected.changed)
    }
    #expect(shares.count > 2, "edges differ")
  }

  static let programs = [
    """
    last = indices == length - 1;
    circuit last { vocab = ["a", "b", "c"]; max_len = 4; output = last; }
    """,
    """
    back = aggregate(select(indices, length - 1 - indices, ==), tokens);
    circuit back { vocab = ["a", "b", "c"]; max_len = 4; output = back; }
    """,
    """
    so_far = numerical(aggregate(select(indices, indices, <=), numerical(indicator(tokens == "x"))));
    circuit share { vocab = ["a", "x"]; max_len = 4; causal = true; output = so_far; }
    """,
    """
    count = selector_width(select(tokens, tokens, ==));
    rare = count == 5 and tokens == "a";
    circuit rare { vocab = ["a", "b", "c", "d", "e"]; max_len = 6; output = rare; }
    """,
  ]

  /// A length is the width of a selector that compares tokens and selects all: its head reads them, but what it
  /// reads changes nothing.
  static let idle: Set<Edge> = [
    Edge(from: .embed, to: .query(layer: 0, head: 0)), Edge(from: .embed, to: .key(layer: 0, head: 0)),
  ]

  @Test(
    "Edges along which no data flows change nothing; all others do, except those of a length",
    arguments: zip(programs, [idle, idle, [], []]))
  func dataflow(program: String, idle: Set<Edge>) throws {
    let compiled = try SmallCircuits.compile(program)
    let telling = TellingPairs(compiled, count: 200, seed: 1)
    #expect(Set(telling.unseen) == idle)
    let effects = EdgeEffects(compiled.parameters, telling.pairs, tolerance: 0.05)
    for (onTheWay, effect) in zip(telling.effects.effects, effects.effects) {
      #expect(onTheWay.changed == effect.changed && abs(onTheWay.divergence - effect.divergence) < 1e-6)
    }
    let flow = KnownCircuit(compiled.dataflow, graph: effects.graph)
    for (index, edge) in effects.graph.edges.enumerated() {
      let isCausal = flow.edges[index] && !idle.contains(edge)
      #expect((effects.effects[index].changed > 0) == isCausal, "\(edge)")
      if !flow.edges[index] { #expect(effects.effects[index].divergence == 0, "\(edge)") }
    }
  }

  @Test("A transformer is certified if the smallest causal effect is above all others, not equal to one")
  func certification() {
    let edges = (0..<4).map { CircuitEdge(from: .mlpOutput(layer: $0), to: .output(layer: 4)) }
    func measured(_ trained: [Double?]) -> MeasuredEdges {
      let compiled = [0.5, 0.01, 0, nil]
      return MeasuredEdges(
        edges.indices.map { index in
          MeasuredEdge(
            edge: edges[index], compiled: compiled[index].map { .init(changed: $0, divergence: 1) },
            trained: trained[index].map { .init(changed: $0, divergence: 1) })
        }, pairs: 10, tried: 20, seed: 3)
    }
    let good = measured([0.4, 0.02, 0.01, 0])
    #expect(good.edges.map(\.isCausal) == [true, true, false, false])
    #expect(good.causal == [edges[0], edges[1]])
    #expect(good.isCertified == true && good.notCertified == [])
    let level = measured([0.4, 0.02, 0.01, 0.02])
    #expect(level.isCertified == false)
    #expect(level.notCertified == [edges[1], edges[3]])
    let dead = measured([0.4, 0, 0, 0])
    #expect(dead.isCertified == false)
    #expect(dead.notCertified == [edges[1]], "that others do nothing is right")
    #expect(measured([nil, nil, nil, nil]).isCertified == nil)
  }

  @Test("Rare effects are searched for: an output of one input in thousands shows its edges")
  func rareEdges() throws {
    let compiled = try SmallCircuits.compile(Self.programs[3])
    let telling = TellingPairs(compiled, count: 20, seed: 3)
    #expect(telling.pairs.count > 20 && telling.tried > 20)
    #expect(telling.unseen == [])
    let again = TellingPairs(compiled, count: 20, seed: 3)
    #expect(telling.pairs.clean == again.pairs.clean && telling.pairs.corrupted == again.pairs.corrupted)
  }
}
