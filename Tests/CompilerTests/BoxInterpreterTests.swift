import Runtime
import Testing
import Transformer

@testable import Compiler

/// A run on a box against runs on each of its inputs.
struct BoxInterpreterTests {
  /// A box of random token sets, with its inputs.
  private func box(
    _ circuit: Circuit, _ interpreter: inout BoxInterpreter, using generator: inout SeededGenerator
  ) -> (box: Box, inputs: [[Value]]) {
    let length = circuit.lengths.lowerBound + generator.index(below: circuit.lengths.count)
    var inputs: [[Value]] = [[]]
    var tokens: [ValueSet] = []
    for _ in 0..<length {
      var some = circuit.vocabulary.filter { _ in generator.index(below: 2) == 0 }
      if some.isEmpty { some = [circuit.vocabulary[0]] }
      tokens.append(interpreter.pool.set(ofValues: some))
      inputs = inputs.flatMap { old in some.map { old + [$0] } }
    }
    return (Box(tokens: tokens), inputs)
  }

  /// Boxes one after the other in one interpreter, which remembers what it has seen.
  @Test(arguments: 200..<280 as Range<UInt64>) func aBoxAllowsWhatItsInputsDo(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let graph = AnalysisGraph([program.circuit.output], in: program.builder.graph)
    var interpreter = BoxInterpreter(
      graph, causal: program.circuit.causal, vocabulary: program.circuit.vocabulary)
    let prepared = Interpreter(program.builder.graph).prepare(
      graph.nodes.map(\.id), causal: program.circuit.causal)
    var generator = SeededGenerator(seed: seed, stream: "boxes")
    for _ in 0..<5 {
      let (box, inputs) = box(program.circuit, &interpreter, using: &generator)
      let run = interpreter.run(box)
      for input in inputs {
        guard let values = try? prepared.evaluate(on: input) else {
          #expect(!run.failures.isEmpty, "\(input)")
          continue
        }
        for (node, column) in values.enumerated() {
          for (set, value) in zip(run.sets[node], column) where set.isListed {
            let isAllowed = interpreter.pool[set].contains { interpreter.pool[$0] == value }
            if !isAllowed { Issue.record("node \(node) is \(value) on \(input)") }
          }
        }
      }
    }
  }

  /// A box of one input leaves nothing open: everything has one value, and what may fail does.
  @Test(arguments: 200..<280 as Range<UInt64>) func aBoxOfOneInputIsExact(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let graph = AnalysisGraph([program.circuit.output], in: program.builder.graph)
    var interpreter = BoxInterpreter(
      graph, causal: program.circuit.causal, vocabulary: program.circuit.vocabulary)
    let prepared = Interpreter(program.builder.graph).prepare(
      graph.nodes.map(\.id), causal: program.circuit.causal)
    for input in program.circuit.everyInput.prefix(60) {
      let run = interpreter.run(Box(tokens: input.map { interpreter.pool.set(of: $0) }))
      guard let values = try? prepared.evaluate(on: input) else {
        #expect(!run.failures.isEmpty)
        continue
      }
      #expect(run.failures.isEmpty, "\(input): \(run.failures)")
      let found = run.sets.map { sets in sets.map { interpreter.pool[$0].map { interpreter.pool[$0] } } }
      #expect(found == values.map { $0.map { [$0] } }, "\(input)")
    }
  }

  /// Means of positions that do not depend on each other are those of all their choices, and no others.
  @Test func meansOfIndependentTokensAreExact() throws {
    let (circuit, graph) = try loaded(
      """
      y = aggregate(select(indices, indices, <=), tokens);
      circuit y { vocab = [0, 1, 2.5, 7]; max_len = 4; output = y; }
      """)
    let analysis = AnalysisGraph([circuit.output], in: graph)
    var interpreter = BoxInterpreter(analysis, causal: false, vocabulary: circuit.vocabulary)
    let prepared = Interpreter(graph).prepare([circuit.output])
    var generator = SeededGenerator(seed: 1, stream: "boxes")
    let node = try #require(analysis.places[circuit.output])
    for _ in 0..<40 {
      let (box, inputs) = box(circuit, &interpreter, using: &generator)
      let run = interpreter.run(box)
      let columns = try inputs.map { try prepared.evaluate(on: $0)[0] }
      for position in 0..<box.length {
        let found = interpreter.pool[run.sets[node][position]].map { interpreter.pool[$0] }
        #expect(Set(found) == Set(columns.map { $0[position] }))
      }
    }
  }
}
