import Runtime
import Testing
import Transformer

@testable import Compiler

/// Compares the compiled transformer with the causal model on every input of every length.
func expectAgreement(
  _ compiled: CompiledCircuit, sourceLocation: SourceLocation = #_sourceLocation
) {
  let inference = Inference(compiled.parameters)
  let model = compiled.causalModel
  var state = model.makeState()
  let vocabulary = compiled.circuit.vocabulary.count
  for length in compiled.circuit.lengths {
    var inputs: [[Int32]] = [[]]
    for _ in 0..<length { inputs = inputs.flatMap { old in (0..<vocabulary).map { old + [Int32($0)] } } }
    let outputs = compiled.parameters.config.outputs
    let logits = inference.logits(inputs.map { [compiled.tokenizer.bos] + $0 })
    for (input, logits) in zip(inputs, logits) {
      model.run(input, into: &state)
      for position in 0..<length where state.hasOutput(at: position) {
        let row = Array(logits[(position + 1) * outputs..<(position + 2) * outputs])
        if model.isNumerical {
          let error = abs(row[0] - state.outputNumber(at: position))
          #expect(error < 1e-4, "\(input) at \(position)", sourceLocation: sourceLocation)
        } else {
          let best = row.indices.max { row[$0] < row[$1] }!
          let rest = row.indices.filter { $0 != best }.map { row[$0] }.max() ?? 0
          #expect(
            best == Int(state.outputID(at: position)) && row[best] - rest > 0.9,
            "\(input) at \(position): \(row)", sourceLocation: sourceLocation)
        }
      }
    }
  }
}

private func circuit(
  _ vocabulary: [Value], _ lengths: ClosedRange<Int>, causal: Bool, _ output: SOpID
) -> Circuit {
  Circuit(name: "test", vocabulary: vocabulary, lengths: lengths, causal: causal, output: output)
}

@Test func fractionOfX() throws {
  var b = GraphBuilder()
  let tokens = b.tokens()
  let indices = b.indices()
  let isX = b.map("is_x", [tokens], encoding: .numerical) { .int($0[0] == .string("x") ? 1 : 0) }
  let previous = b.select(indices, indices) { $0.double <= $1.double }
  let output = b.aggregate("frac", previous, isX, fallback: .int(0))
  for causal in [true, false] {
    let compiled = try Compiler.compile(
      circuit(["a", "b", "x"].map(Value.string), 1...5, causal: causal, output), in: b.graph)
    #expect(compiled.causalModel.isNumerical)
    #expect(compiled.parameters.config.layers == 2)
    #expect(compiled.edges.count == 12)
    expectAgreement(compiled)
  }
}

@Test func histogram() throws {
  var b = GraphBuilder()
  let tokens = b.tokens()
  let same = b.select(tokens, tokens) { $0 == $1 }
  let output = b.width("hist", same)
  let compiled = try Compiler.compile(
    circuit(["a", "b", "c"].map(Value.string), 1...6, causal: false, output), in: b.graph)
  #expect(compiled.parameters.config.layers == 1)
  #expect(compiled.edges.count == 11)
  expectAgreement(compiled)
}

@Test func reversal() throws {
  var b = GraphBuilder()
  let tokens = b.tokens()
  let indices = b.indices()
  let length = b.length()
  let opposite = b.map("opposite", [length, indices]) { .int(Int($0[0].double - $0[1].double) - 1) }
  let flip = b.select(indices, opposite) { $0 == $1 }
  let output = b.aggregate("reverse", flip, tokens)
  let compiled = try Compiler.compile(
    circuit(["a", "b", "c"].map(Value.string), 1...6, causal: false, output), in: b.graph)
  #expect(compiled.parameters.config.layers == 3)
  expectAgreement(compiled)
}

@Test func sorting() throws {
  var b = GraphBuilder()
  let tokens = b.tokens()
  let indices = b.indices()
  let less = b.select(tokens, tokens) { $0.double < $1.double }
  let equal = b.select(tokens, tokens) { $0 == $1 }
  let before = b.select(indices, indices) { $0.double < $1.double }
  let tie = b.graph.add(Selector(.and(equal, before)))
  let smaller = b.graph.add(Selector(.or(less, tie)))
  let rank = b.width("rank", smaller)
  let pick = b.select(rank, indices) { $0 == $1 }
  let output = b.aggregate("sort", pick, tokens)
  let compiled = try Compiler.compile(
    circuit([3, 1, 2].map(Value.int), 1...6, causal: false, output), in: b.graph)
  expectAgreement(compiled)
}

@Test func patternDetection() throws {
  var b = GraphBuilder()
  let tokens = b.tokens()
  let indices = b.indices()
  func shifted(by offset: Double, _ letter: String) -> SOpID {
    let matches = b.map("is_" + letter, [tokens]) { .bool($0[0] == .string(letter)) }
    let selector = b.select(indices, indices) { $0.double + offset == $1.double }
    return b.aggregate("shift_" + letter, selector, matches)
  }
  let first = shifted(by: 2, "a")
  let second = shifted(by: 1, "b")
  let third = b.map("is_c", [tokens]) { .bool($0[0] == .string("c")) }
  let and: @Sendable ([Value]) throws -> Value = { values in
    values.contains(.none) ? .none : .bool(values.allSatisfy { $0.double == 1 })
  }
  let both = b.map("both", [first, second], and)
  let output = b.map("detect", [both, third], and)
  let compiled = try Compiler.compile(
    circuit(["a", "b", "c"].map(Value.string), 1...6, causal: true, output), in: b.graph)
  #expect(compiled.parameters.config.layers == 3)
  expectAgreement(compiled)
}

/// A transformer that is wrong is found out, with the smallest input and the variable at fault.
@Test func verificationFindsAWrongWeight() throws {
  var b = GraphBuilder()
  let tokens = b.tokens()
  let indices = b.indices()
  let before = b.select(indices, indices) { $0.double + 1 == $1.double }
  let last = b.aggregate("last", before, tokens, fallback: .int(0))
  let successor = b.map("next", [last]) { .int(($0[0].integer! + 1) % 3) }
  let output = b.map("output", [successor, tokens]) { .int($0[0].integer! * 3 + $0[1].integer!) }
  let good = try Compiler.compile(circuit((0..<3).map(Value.int), 1...4, causal: true, output), in: b.graph)
  #expect(good.certificate?.isProved == true)
  var parameters = good.parameters
  // The hidden unit for `next` being 2 writes 0 instead.
  let aligned = try #require(good.alignment.first { $0.variable == "next" })
  let unit = try #require(aligned.units).lowerBound + 1
  let first = try #require(good.variables.first { $0.name == "next" }).firstDirection
  let row = parameters.layout.blocks[aligned.component.layer].wOut.offset + unit * parameters.config.dModel
  let written = (0..<3).first { parameters.values[row + first + $0] == 1 }!
  parameters.values[row + first + written] = 0
  parameters.values[row + first + (written + 1) % 3] = 1
  let bad = good.replacing(parameters)
  let reason = try #require(bad.certified().reason)
  #expect(reason.contains("`next` in blocks.0.mlp.hook_post"))
  let report = try Verifier.verify(bad, graph: b.graph, mode: .exhaustive)
  let failure = try #require(report.failure)
  #expect(report.mismatches > 0)
  #expect(failure.variable == "next")
  // Of one token the fallback 0 is the last value; else the first of two tokens is what goes wrong.
  let next = try #require(good.variables.first { $0.name == "next" }?.domain[written].integer)
  let wrong = (next + 2) % 3
  #expect(failure.input == (wrong == 0 ? [.int(0)] : [.int(wrong), .int(0)]))
  #expect(failure.position == failure.input.count - 1)
}
