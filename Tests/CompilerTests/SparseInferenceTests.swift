import Runtime
import Testing
import Transformer

@testable import Compiler

/// The sparse and the dense way of running a compiled transformer give the same.
struct SparseInferenceTests {
  @Test func randomProgramsGiveTheSameEitherWay() throws {
    var compared = 0
    var greatest: Float = 0
    for seed in 300..<420 as Range<UInt64> {
      let program = RandomProgram(seed: seed)
      var options = CompilerOptions()
      options.verification = nil
      guard
        let compiled = try? Compiler.compile(program.circuit, in: program.builder.graph, options: options)
      else { continue }
      var inputs = VerificationInputs(compiled.inputs, mode: .samples(80), seed: seed)
      let sequences = inputs.next(80).map { [compiled.tokenizer.bos] + $0 }
      let dense = Inference(compiled.parameters).logits(sequences)
      let sparse = SparseInference(compiled.parameters)
      for (sequence, expected) in zip(sequences, dense) {
        let found = sparse.logits(sequence)
        #expect(found.count == expected.count)
        for (a, b) in zip(found, expected) { greatest = max(greatest, abs(a - b) / max(1, abs(b))) }
        compared += 1
      }
    }
    #expect(greatest < 1e-5)
    #expect(compared > 2_000)
  }

  /// With biases everywhere and no zeros, as no compiled transformer is.
  @Test(arguments: [false, true]) func anyReluTransformerGivesTheSameEitherWay(causal: Bool) {
    let config = TransformerConfig(
      layers: 2, heads: 2, dModel: 5, dHead: 3, dMLP: 6, context: 6, vocabulary: 4, outputs: 3,
      activation: .relu, causal: causal)
    var generator = SeededGenerator(seed: 8)
    var parameters = Parameters(config: config)
    for place in parameters.values.indices { parameters.values[place] = Float(generator.uniform() * 2 - 1) }
    let sequences = (1...6).map { length in (0..<length).map { _ in Int32(generator.index(below: 4)) } }
    let dense = Inference(parameters).logits(sequences)
    let sparse = SparseInference(parameters)
    for (sequence, expected) in zip(sequences, dense) {
      for (a, b) in zip(sparse.logits(sequence), expected) { #expect(abs(a - b) < 1e-4) }
    }
  }
}
