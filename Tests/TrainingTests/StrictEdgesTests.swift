import Compiler
import Testing
import Transformer

@testable import Training

@Suite struct StrictEdgesTests {
  @Test(
    "Every edge is in the data flow or strict, and strict edges carry nothing in a compiled transformer"
  )
  func complement() throws {
    let compiled = try circuit(SwapSearchTests.rare)
    let config = compiled.parameters.config
    let sampler = InputSampler(compiled, heldOut: 0.2, seed: 1)
    let edges = StrictEdges(compiled, config: config, sampler)
    let all =
      (0..<config.layers).reduce(0) { sum, layer in
        let heads = 2 + layer * (config.heads + 1)
        return sum + 3 * config.heads * heads + heads + config.heads
      } + 2 + config.components.count
    let strict = edges.targets.reduce(0) { $0 + $1.writers.count }
    let taken = all - strict
    #expect(taken > 0 && taken <= Set(compiled.dataflow).count)

    // Nothing changes where any of them carries what it does on another input.
    let batch = PairBatch(compiled, blocks: 8)
    let pass = TrainingPass(
      parameters: compiled.parameters, capacity: PairBatch.capacity(config, blocks: 8))
    var generator = SeededGenerator(seed: 1)
    batch.draw(sampler, .training, into: pass.plain, using: &generator)
    pass.plain.forward(pass.weights)
    let loss = LossKernel(for: compiled, tolerance: 0.05)
    for _ in 0..<200 {
      let drawn = try #require(edges.draw(using: &generator))
      let block = generator.index(below: 8)
      let patch = batch.patch(drawn, block: block)
      let score = loss.score(pass.forward(patch), batch.targets(block: block).targets, weight: nil)
      #expect(score.correct == score.counted && score.counted > 0, "\(drawn)")
    }
  }
}
