import Foundation
import Runtime
import Testing
import Transformer

@testable import Compiler

/// A proof is worth something where it is refused to weights that are wrong.
///
/// Compiled transformers are changed in one weight, or two entries of a table are exchanged; all inputs show whether
/// that changes what they give.
struct MutationTests {
  /// More by the environment; the seeds are the same on every run.
  static let count = ProcessInfo.processInfo.environment["MUTATIONS"].flatMap { Int($0) } ?? 3_000

  /// One change of weights.
  private struct Mutation: CustomStringConvertible {
    var changes: [(place: Int, to: Float)]
    var tensor: String
    var description: String { "\(tensor) \(changes.map { "[\($0.place)] = \($0.to)" })" }
  }

  /// One weight changed, or two of a row exchanged; now and then several such changes at once.
  private func mutation(of parameters: Parameters, using generator: inout SeededGenerator) -> Mutation {
    var mutation = change(of: parameters, using: &generator)
    while generator.index(below: 5) == 0 {
      let other = change(of: parameters, using: &generator)
      mutation.changes += other.changes
      mutation.tensor += ", " + other.tensor
    }
    return mutation
  }

  private func change(of parameters: Parameters, using generator: inout SeededGenerator) -> Mutation {
    let used = parameters.layout.all.filter { tensor in
      parameters.values.withUnsafeBufferPointer { $0[tensor.range].contains { $0 != 0 } }
    }
    // Tensors have equal chances, so that biases and tables come up as often as large matrices.
    let all = generator.index(below: 5) == 0 ? parameters.layout.all : used
    let tensor = all[generator.index(below: all.count)]
    let present = tensor.range.filter { parameters.values[$0] != 0 }
    let place =
      present.isEmpty || generator.index(below: 3) == 0
      ? tensor.offset + generator.index(below: tensor.count) : present[generator.index(below: present.count)]
    let old = parameters.values[place]
    let sign: Float = generator.index(below: 2) == 0 ? 1 : -1
    let new: Float
    switch generator.index(below: 8) {
    case 0: new = old * 2
    case 1: new = old * 0.9
    case 2: new = -old
    case 3: new = 0
    case 4: new = old + sign * 0.02
    case 5: new = old + sign * 0.5
    case 6: new = old + sign * 300
    default:
      // An entry of a row changes places with another.
      let width = tensor.shape.last!
      let row = (place - tensor.offset) / width
      let other = tensor.offset + row * width + generator.index(below: width)
      return Mutation(changes: [(place, parameters.values[other]), (other, old)], tensor: tensor.name)
    }
    return Mutation(changes: [(place, new)], tensor: tensor.name)
  }

  /// How far outputs are off, and whether any value is another.
  private func outputs(
    _ compiled: CompiledCircuit, _ sequences: [[Int32]], _ expected: [[Value]]
  ) -> (isWrong: Bool, error: Double) {
    var isWrong = false
    var error = 0.0
    Inference(compiled.parameters, columns: 512).forEachLogit(sequences) { index, logits in
      for (position, value) in expected[index].enumerated() where !value.isNone {
        let (wrong, distance) = compiled.output(logits, at: position + 1, against: value)
        if wrong != nil { isWrong = true }
        error = max(error, distance)
      }
    }
    return (isWrong, error)
  }

  /// What came of mutations.
  private struct Tally {
    var refused = 0
    /// Those that change no value.
    var harmless = (proved: 0, refused: 0)
  }

  private func mutate(
    _ compiled: CompiledCircuit, _ graph: SOpGraph, _ name: String, rounds: Int,
    using generator: inout SeededGenerator, _ tally: inout Tally
  ) throws {
    let inputs = compiled.circuit.everyInput
    let prepared = Interpreter(graph).prepare([compiled.circuit.output], causal: compiled.circuit.causal)
    let expected = try inputs.map { try prepared.evaluate(on: $0)[0] }
    let sequences = try inputs.map { try compiled.tokenizer.encode($0) }
    for _ in 0..<rounds {
      let mutation = mutation(of: compiled.parameters, using: &generator)
      var parameters = compiled.parameters
      for change in mutation.changes { parameters.values[change.place] = change.to }
      let changed = compiled.replacing(parameters)
      let certificate = changed.certified()
      let (isWrong, error) = outputs(changed, sequences, expected)
      switch (isWrong, certificate.proof) {
      case (true, let proof?):
        Issue.record("\(name): \(mutation) is proved, off by \(proof.outputError) at most")
      case (true, nil): tally.refused += 1
      case (false, let proof?):
        tally.harmless.proved += 1
        if error > proof.outputError { Issue.record("\(name): \(mutation) is off by \(error)") }
      case (false, nil): tally.harmless.refused += 1
      }
    }
  }

  @Test func whatChangesAValueIsNotProved() throws {
    var generator = SeededGenerator(seed: 21, stream: "mutations")
    var tally = Tally()
    for program in SmallProgram.all {
      let (compiled, graph) = try program.compiled()
      #expect(compiled.certificate?.isProved == true, "\(program.name)")
      try mutate(
        compiled, graph, program.name, rounds: Self.count / SmallProgram.all.count, using: &generator, &tally)
    }
    print(tally)
    #expect(tally.refused > Self.count / 4 && tally.harmless.proved > Self.count / 20)
  }

  @Test func whatChangesAValueOfARandomProgramIsNotProved() throws {
    var generator = SeededGenerator(seed: 23, stream: "mutations")
    var tally = Tally()
    for seed in 0..<60 as Range<UInt64> {
      let program = RandomProgram(seed: seed)
      guard let compiled = try? Compiler.compile(program.circuit, in: program.builder.graph),
        compiled.certificate?.isProved == true, compiled.facts.open.isEmpty
      else { continue }
      try mutate(
        compiled, program.builder.graph, "seed \(seed)", rounds: Self.count / 60, using: &generator, &tally)
    }
    print(tally)
    #expect(tally.refused > Self.count / 5)
  }

  /// A number may be made of categories whose directions are off by more than a number may be.
  @Test func aMeanOfInexactValuesIsNotProved() throws {
    let (circuit, graph) = try loaded(
      """
      x = categorical(indicator(tokens == "a"));
      y = numerical(aggregate(select(indices, indices, <=), x));
      circuit y { vocab = ["a", "b"]; max_len = 3; output = y; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true)
    let weights = compiled.parameters.layout.blocks[0].wOut
    let used = weights.range.filter { compiled.parameters.values[$0] != 0 }
    #expect(!used.isEmpty)
    for place in used {
      var parameters = compiled.parameters
      parameters.values[place] *= 0.85
      let certificate = compiled.replacing(parameters).certified()
      #expect(certificate.proof == nil)
    }
  }

  /// A query that strays into another value's direction, on which some of the selected keys match and some do not.
  @Test func aStrayingQueryOfAMeanIsNotProved() throws {
    let (circuit, graph) = try loaded(
      """
      n = selector_width(select(indices, indices, <=));
      y = numerical(aggregate(select(indices, n, >=), indices, 0));
      circuit y { vocab = [0, 1]; max_len = 4; output = y; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
    var generator = SeededGenerator(seed: 24)
    var tally = Tally()
    let weights = compiled.parameters.layout.blocks[0].wOut
    for place in weights.range where compiled.parameters.values[place] != 0 {
      var parameters = compiled.parameters
      parameters.values[place] *= 1.02
      let changed = compiled.replacing(parameters)
      let report = try Verifier.verify(changed, graph: graph, mode: .exhaustive)
      guard let proof = changed.certified().proof else { continue }
      #expect(report.mismatches == 0 && report.greatestError <= proof.outputError, "[\(place)]")
    }
    try mutate(compiled, graph, "means of strays", rounds: 300, using: &generator, &tally)
  }

  /// A sum that is not listed is written by two units, one for each sign: both weights count.
  @Test func halfOfASumThatIsOffIsNotProved() throws {
    // A mean of a mean of a mean has more values than are listed.
    let (circuit, graph) = try loaded(
      """
      so_far = select(tokens, tokens, <=);
      a = numerical(aggregate(so_far, indices));
      b = numerical(aggregate(so_far, a));
      c = numerical(aggregate(so_far, b));
      y = numerical(1 - 2 * c);
      circuit y { vocab = [1, 2, 3, 4, 5, 6, 7, 8]; max_len = 12; output = y; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
    #expect(compiled.facts.values(of: circuit.output) == nil)
    let weights = try #require(compiled.parameters.layout.blocks.last?.wOut)
    let used = weights.range.filter { compiled.parameters.values[$0] != 0 }
    #expect(used.count == 2)
    for place in used {
      var parameters = compiled.parameters
      parameters.values[place] *= 0.9
      #expect(compiled.replacing(parameters).certified().proof == nil)
    }
  }

  /// Where nothing is selected, a number must not show None besides.
  @Test func aFallbackThatShowsNoneIsNotProved() throws {
    let (circuit, graph) = try loaded(
      """
      odd = numerical(tokens if tokens % 2 == 1 else None);
      y = numerical(aggregate(select(indices, indices, <), odd, 0));
      z = is_none(y);
      circuit z { vocab = [1, 2]; max_len = 3; output = z; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true)
    let config = compiled.parameters.config
    let claim = try #require(compiled.claims.first { $0.variable == "y" })
    let none = try #require(claim.noneDirection)
    // Whatever a head would write there from BOS, which embeds as the direction that no claim has.
    let bos = compiled.parameters.layout.embed.offset + Int(compiled.tokenizer.bos) * config.dModel
    let direction = try #require((0..<config.dModel).first { compiled.parameters.values[bos + $0] == 1 })
    var changes = 0
    for block in compiled.parameters.layout.blocks {
      for dimension in 0..<config.dHead {
        let writes = compiled.parameters.values[block.wO.offset + dimension * config.dModel + none]
        guard writes != 0 else { continue }
        var parameters = compiled.parameters
        parameters.values[block.wV.offset + direction * config.dHead + dimension] += 1
        #expect(compiled.replacing(parameters).certified().proof == nil)
        changes += 1
      }
    }
    #expect(changes > 0)
  }

  /// What is claimed is not taken for granted: a claim of another direction or of other values is refused.
  @Test func claimsThatAreNotSoAreRefused() throws {
    var generator = SeededGenerator(seed: 22, stream: "claims")
    for program in SmallProgram.all {
      let (compiled, _) = try program.compiled()
      for _ in 0..<6 {
        var claims = compiled.claims
        let place = generator.index(below: claims.count)
        let old = claims[place]
        switch generator.index(below: 4) {
        case 0: claims[place].direction += 1
        case 1: claims.remove(at: place)
        case 2 where old.values.count > 1: claims[place].values.swapAt(0, old.values.count - 1)
        case 3 where old.values.count > 1: claims[place].values.removeLast()
        default: claims[place].encoding = old.encoding == .categorical ? .numerical : .categorical
        }
        let certificate = compiled.certified(claims: claims)
        #expect(!certificate.isProved && certificate.reason != nil, "\(program.name): \(old), \(claims)")
      }
    }
  }

  /// The same weights do not prove another program.
  @Test func weightsOfAnotherProgramAreRefused() throws {
    func text(_ comparison: String) -> String {
      """
      y = selector_width(select(tokens, tokens, \(comparison)));
      circuit y { vocab = [0, 1, 2]; max_len = 3; output = y; }
      """
    }
    let (circuit, graph) = try loaded(text("<="))
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true)
    let (other, otherGraph) = try loaded(text(">="))
    let certificate = Certificate(
      compiled.claims, of: compiled.parameters, other, in: otherGraph,
      facts: try CircuitFacts(other, in: otherGraph), tokenizer: compiled.tokenizer,
      outputs: compiled.outputs)
    #expect(!certificate.isProved)
  }
}
