import Testing

@testable import Transformer

@Suite struct InferenceTests {
  @Test(
    "The vectorised pass computes what the plain transformer computes",
    arguments: [false, true], [TransformerConfig.Activation.relu, .gelu])
  func agreesWithReference(causal: Bool, activation: TransformerConfig.Activation) {
    let config = TinyModel.config(causal: causal, activation: activation)
    let parameters = TinyModel.parameters(config, seed: 7)
    let reference = ReferenceTransformer(parameters)
    var generator = SeededGenerator(seed: 1)
    // More sequences than a batch holds, in lengths that leave lanes empty.
    let sequences = (0..<150).map { TinyModel.sequence(1 + $0 % 4, config, &generator) }
    let logits = Inference(parameters, columns: 128).logits(sequences)
    for (sequence, result) in zip(sequences, logits) {
      let expected = reference.run(sequence).logits.flatMap(\.self)
      #expect(result.count == expected.count)
      for (a, b) in zip(result, expected) { #expect(abs(Double(a) - b) < 2e-5) }
    }
  }
}
