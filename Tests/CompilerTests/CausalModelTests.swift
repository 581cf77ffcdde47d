import Runtime
import Testing
import Transformer

@testable import Compiler

/// The causal model is the program, and its interventions are the compiled transformer's own.
struct CausalModelTests {
  /// Programs of every kind, the widths and the numerical ones among them.
  static let cases = [2, 3, 4, 5, 7, 9, 12, 18, 21, 22, 25, 45, 81, 88, 97, 108, 113, 119, 120, 127]

  static func compiled(_ number: Int) throws -> (CompiledCircuit, SOpGraph) {
    let program = try #require(try BenchmarkTests.programs()[number]).program
    var options = CompilerOptions()
    options.verification = nil
    return (try Compiler.compile(program.circuits[0], in: program.graph, options: options), program.graph)
  }

  @Test(arguments: cases)
  func runsAsTheInterpreterDoes(_ number: Int) throws {
    let (compiled, graph) = try Self.compiled(number)
    let model = compiled.causalModel
    let named = model.variables.indices.filter { model.variables[$0].sop != nil }
    let program = Interpreter(graph).prepare(
      named.map { model.variables[$0].sop! }, causal: compiled.circuit.causal)
    var inputs = VerificationInputs(compiled.inputs, mode: .samples(60), seed: 1)
    var state = model.makeState()
    for input in inputs.next(60) {
      model.run(input, into: &state)
      let expected = try program.evaluate(on: compiled.tokenizer.decode(input))
      for (place, variable) in named.enumerated() {
        for (position, value) in expected[place].enumerated() {
          let id = state.id(of: variable, at: position)
          if value.isNone {
            #expect(id == -1)
          } else if model.variables[variable].encoding == .numerical {
            #expect(abs(Double(state.number(of: variable, at: position)) - value.number!) < 1e-5)
          } else {
            let actual = try #require(id >= 0 ? model.variables[variable].domain[Int(id)] : nil)
            #expect(
              actual.equals(value)
                || abs((actual.number ?? .nan) - (value.number ?? .nan)) < 1e-9,
              "\(model.variables[variable].name) on \(Value.json(compiled.tokenizer.decode(input)))")
          }
        }
      }
    }
  }

  /// On the whole benchmark, as training takes its targets from these swaps.
  @Test(arguments: try! BenchmarkTests.programs().keys.sorted())
  func swapsAsTheTransformerDoes(_ number: Int) throws {
    let (compiled, _) = try Self.compiled(number)
    try expectSameSwaps(compiled, pairs: Self.cases.contains(number) ? 6 : 3, "case \(number)")
  }

  @Test func swapsOfRandomProgramsAreTheTransformers() throws {
    for seed in 0..<UInt64(60) {
      let program = RandomProgram(seed: seed)
      var options = CompilerOptions()
      options.verification = nil
      guard
        let compiled = try? Compiler.compile(program.circuit, in: program.builder.graph, options: options),
        compiled.parameters.config.dModel < 120,
        (try? Verifier.verify(compiled, graph: program.builder.graph, mode: .samples(20))) != nil
      else { continue }
      try expectSameSwaps(compiled, pairs: 3, "seed \(seed)")
    }
  }

  /// Swaps every node, and some several at once, between random inputs.
  private func expectSameSwaps(_ compiled: CompiledCircuit, pairs: Int, _ comment: String) throws {
    let model = compiled.causalModel
    let transformer = ReferenceTransformer(compiled.parameters)
    var generator = SeededGenerator(seed: 7)
    let vocabulary = compiled.circuit.vocabulary.count
    var base = model.makeState()
    var source = model.makeState()
    var swapped = model.makeState()
    for _ in 0..<pairs {
      func length() -> Int {
        compiled.circuit.lengths.lowerBound + generator.index(below: compiled.circuit.lengths.count)
      }
      let kind = PositionMap.Kind.drawn(using: &generator)
      let own = length()
      let lengths = [own, kind == .plain ? own : length()]
      let inputs = lengths.map { (0..<$0).map { _ in Int32(generator.index(below: vocabulary)) } }
      let map = PositionMap.drawn(
        kind, baseLength: lengths[0], sourceLength: lengths[1], using: &generator)
      model.run(inputs[0], into: &base)
      model.run(inputs[1], into: &source)
      let trace = transformer.run([compiled.tokenizer.bos] + inputs[1])
      var sets = model.nodes.map { [$0] }
      sets.append(model.nodes.filter { _ in generator.index(below: 2) == 0 })
      for set in sets {
        model.swap(set, base: base, source: source, map: map, into: &swapped)
        let run = transformer.run(
          [compiled.tokenizer.bos] + inputs[0],
          swaps: Dictionary(uniqueKeysWithValues: set.map { ($0, trace) }), map: map)
        for position in 0..<own where swapped.hasOutput(at: position) {
          let logits = run.logits[position + 1]
          if model.isNumerical {
            #expect(abs(logits[0] - Double(swapped.outputNumber(at: position))) < 1e-4, "\(comment)")
          } else {
            let best = logits.indices.max { logits[$0] < logits[$1] }!
            #expect(
              best == Int(swapped.outputID(at: position)), "\(comment): \(set), \(inputs) at \(position)")
          }
        }
      }
    }
  }
}
