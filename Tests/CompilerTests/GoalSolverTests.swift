import Runtime
import Testing
import Transformer

@testable import Compiler

/// What the solver says it has settled is so.
struct GoalSolverTests {
  private struct Attempt {
    let node: Int
    let position: Int
    let value: Value
    /// The settled tokens, nil elsewhere.
    let tokens: [Value?]
  }

  /// Attempts that succeeded, at every value of every node.
  private func attempts(_ facts: CircuitFacts, seed: UInt64) -> (successes: [Attempt], all: Int) {
    var solver = facts.solver(seed: seed)
    var generator = SeededGenerator(seed: seed, stream: "attempts")
    var successes: [Attempt] = []
    var all = 0
    for node in facts.graph.nodes.indices {
      for id in facts.ids(of: node).prefix(8) {
        let places = facts.places(of: id, node: node)
        for _ in 0..<3 {
          let (run, position) = places[generator.index(below: places.count)]
          solver.begin(facts.runs[run])
          all += 1
          guard solver.solve(node, at: position, is: id) else { continue }
          let tokens = solver.tokens.map { $0.map { facts.value($0) } }
          successes.append(Attempt(node: node, position: position, value: facts.value(id), tokens: tokens))
        }
      }
    }
    return (successes, all)
  }

  /// Whether a node is a function of the token and the position alone.
  private func isElementwise(_ node: Int, _ graph: AnalysisGraph) -> Bool {
    graph.nodes[node].bases.allSatisfy { base in
      switch graph.nodes[base].kind {
      case .aggregate, .width: false
      default: true
      }
    }
  }

  @Test func settledTokensGiveTheValue() throws {
    var right = 0
    var wrong = 0
    var tried = 0
    for seed in 0..<80 as Range<UInt64> {
      let program = RandomProgram(seed: seed)
      let (circuit, graph) = (program.circuit, program.builder.graph)
      guard let facts = try? CircuitFacts(circuit, in: graph), facts.open.isEmpty else { continue }
      let prepared = Interpreter(graph).prepare(facts.graph.nodes.map(\.id), causal: circuit.causal)
      let (successes, all) = attempts(facts, seed: seed)
      tried += all
      for attempt in successes {
        // What is not settled may be anything.
        for filler in [circuit.vocabulary.first!, circuit.vocabulary.last!] {
          let input = attempt.tokens.map { $0 ?? filler }
          #expect(circuit.lengths.contains(input.count) && input.allSatisfy(circuit.vocabulary.contains))
          let values = try prepared.evaluate(on: input)
          if values[attempt.node][attempt.position] == attempt.value {
            right += 1
          } else {
            wrong += 1
            // Keys that are not looked at may be selected, too; nothing of that kind touches these.
            #expect(!isElementwise(attempt.node, facts.graph), "seed \(seed): \(attempt)")
          }
        }
      }
    }
    print("right \(right), wrong \(wrong), tried \(tried)")
    #expect(right > 6 * wrong)
    #expect((right + wrong) / 2 > tried * 7 / 10)
  }

  /// Where others are to be kept out of a selection, they are.
  @Test func aCountIsSettledExactly() throws {
    let (circuit, graph) = try loaded(
      """
      y = selector_width(select(tokens, "z", ==));
      circuit y { vocab = chars("abcdefghijklmnopqrstuvwxyz"); min_len = 9; max_len = 9; output = y; }
      """)
    let facts = try CircuitFacts(circuit, in: graph)
    var solver = facts.solver(seed: 5)
    let node = try #require(facts.graph.places[circuit.output])
    for count in 0...9 {
      let id = try #require(facts.ids(of: node).first { facts.value($0) == .int(count) })
      solver.begin(facts.runs[0])
      let isSolved = solver.solve(node, at: 4, is: id)
      #expect(isSolved)
      let tokens = solver.tokens.map { $0.map { facts.value($0) } }
      #expect(tokens.count { $0 == .string("z") } == count)
      #expect(tokens.allSatisfy { $0 != nil })
    }
  }

  @Test func aValueThatIsNotPossibleIsNotSettled() throws {
    let (circuit, graph) = try loaded(
      """
      y = indices if tokens == "a" else -1;
      circuit y { vocab = ["a", "b"]; max_len = 4; output = y; }
      """)
    let facts = try CircuitFacts(circuit, in: graph)
    var solver = facts.solver(seed: 5)
    let node = try #require(facts.graph.places[circuit.output])
    let run = try #require(facts.runs.first { $0.length == 4 })
    let three = try #require(facts.ids(of: node).first { facts.value($0) == .int(3) })
    solver.begin(run)
    let atTwo = solver.solve(node, at: 2, is: three)
    #expect(!atTwo)
    solver.begin(run)
    let atThree = solver.solve(node, at: 3, is: three)
    #expect(atThree)
    // The token there is settled, and cannot be another at the same time.
    let minusOne = try #require(facts.ids(of: node).first { facts.value($0) == .int(-1) })
    let isBoth = solver.solve(node, at: 3, is: minusOne)
    #expect(!isBoth)
  }
}
