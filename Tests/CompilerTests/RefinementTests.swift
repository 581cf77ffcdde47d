import Runtime
import Testing

@testable import Compiler

/// Branch and bound says of small graphs what looking at every input says.
struct RefinementTests {
  private struct Outcome {
    let graph: AnalysisGraph
    let interpreter: BoxInterpreter
    let refinement: Refinement
    let observed: Observed
  }

  private func refine(_ program: RandomProgram, limit: Int = 100_000, work: Int = .max) throws -> Outcome {
    let (circuit, source) = (program.circuit, program.builder.graph)
    let graph = AnalysisGraph([circuit.output, SOpID(0)], in: source)
    var interpreter = BoxInterpreter(graph, causal: circuit.causal, vocabulary: circuit.vocabulary)
    // In a causal circuit the longest inputs show what all do.
    let lengths = circuit.causal ? circuit.lengths.upperBound...circuit.lengths.upperBound : circuit.lengths
    let boxes = lengths.map { interpreter.box(length: $0) }
    var refinement = Refinement(limit: limit, work: work, mixing: [:], domain: nil)
    refinement.refine(boxes, with: &interpreter) { run in
      run.failures.map(Refinement.Trouble.failure)
        + graph.nodes.indices.filter { run.selections[$0].mayMix }.map(Refinement.Trouble.mixing)
    }
    return Outcome(
      graph: graph, interpreter: interpreter, refinement: refinement,
      observed: try Observed(circuit, in: source, sops: graph.nodes.map(\.id)))
  }

  @Test(arguments: 0..<150 as Range<UInt64>) func troubleIsFoundJustWhereThereIsSome(seed: UInt64) throws {
    let outcome = try refine(RandomProgram(seed: seed))
    let (refinement, observed, pool) = (outcome.refinement, outcome.observed, outcome.interpreter.pool)
    #expect(!refinement.isOpen)
    #expect((refinement.failing == nil) == observed.failing.isEmpty)
    if let failing = refinement.failing {
      // In a causal circuit the input found is among the longest, as the one observed need not be.
      #expect(observed.failing.contains(failing.map { pool[$0] }))
      return
    }
    let mixing = outcome.graph.nodes.indices.filter {
      observed.selections[outcome.graph.nodes[$0].id]?.mixesSomewhere == true
    }
    #expect(Set(refinement.mixing.keys) == Set(mixing))
  }

  @Test(arguments: 0..<150 as Range<UInt64>) func inputsThatAreNamedShowTheMixing(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let outcome = try refine(program)
    for (node, input) in outcome.refinement.mixing where outcome.refinement.failing == nil {
      var one = program.circuit
      let tokens = input.map { outcome.interpreter.pool[$0] }
      one.lengths = tokens.count...tokens.count
      let id = outcome.graph.nodes[node].id
      guard case .aggregate(let selector, let value, _) = program.builder.graph[id].kind else {
        Issue.record("node \(node) is no aggregate")
        continue
      }
      let interpreter = Interpreter(program.builder.graph)
      let rows = try interpreter.evaluate(selector, on: tokens, causal: one.causal)
      let values = try interpreter.evaluate(value, on: tokens, causal: one.causal)
      let mixes = rows.contains { row in
        let selected = row.indices.filter { row[$0] }.map { values[$0] }
        return selected.contains { !$0.equals(selected[0]) }
      }
      #expect(mixes, "\(tokens)")
    }
  }

  /// No input is left out, and none looked at twice.
  @Test(arguments: 0..<150 as Range<UInt64>) func theBoxesArePartsOfAllInputs(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let outcome = try refine(program)
    guard outcome.refinement.failing == nil else { return }
    let tokens = outcome.graph.nodes.firstIndex { if case .tokens = $0.kind { true } else { false } }!
    let longest = program.circuit.lengths.upperBound
    for input in program.circuit.everyInput where !program.circuit.causal || input.count == longest {
      let holding = outcome.refinement.runs.filter { run in
        run.length == input.count
          && zip(run.sets[tokens], input).allSatisfy { set, value in
            outcome.interpreter.pool[set].contains { outcome.interpreter.pool[$0] == value }
          }
      }
      #expect(holding.count == 1, "\(input)")
    }
  }

  /// Where the limit is reached, that is said: what is left is not passed off as excluded.
  @Test func reachingALimitIsOpen() throws {
    var opened = 0
    for seed in 0..<150 as Range<UInt64> {
      let program = RandomProgram(seed: seed)
      let full = try refine(program)
      guard full.refinement.failing == nil else { continue }
      let boxes = full.refinement.runs.count
      let lengths = program.circuit.causal ? 1 : program.circuit.lengths.count
      guard boxes > lengths else { continue }
      let part = try refine(program, limit: lengths)
      #expect(part.refinement.isOpen || part.refinement.failing != nil, "seed \(seed)")
      opened += 1
    }
    #expect(opened > 10)
  }
}
