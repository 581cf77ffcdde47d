import Foundation
import Testing
import Transformer

@testable import Training

@Suite struct StepBenchmarkTests {
  @Test("A step's products are those of its blocks and of what follows each swap")
  func products() {
    let config = TransformerConfig(
      layers: 2, heads: 2, dModel: 4, dHead: 3, dMLP: 8, context: 5, vocabulary: 3, outputs: 2,
      activation: .gelu, causal: true)
    func operations(_ components: Component...) -> Double {
      let swap = Swap(
        base: 0, source: 1, map: .plain(positions: 5), components: ComponentSet(components, config: config))
      return ProductShape.swap(swap, config, positions: 5).reduce(0) { $0 + $1.floatingPointOperations }
    }
    let all = ProductShape.plain(config, positions: 5)
    // Attention in and out, MLP in and out: three products each, and three of the unembedding.
    #expect(all.count == 2 * 4 * 3 + 3)
    let plain = all.reduce(0) { $0 + $1.floatingPointOperations }
    #expect(operations(.mlp(layer: 1)) < operations(.head(layer: 1, head: 0)))
    #expect(operations(.head(layer: 1, head: 0)) < operations(.mlp(layer: 0)))
    #expect(operations(.mlp(layer: 0)) < operations(.head(layer: 0, head: 0)))
    #expect(operations(.head(layer: 0, head: 0)) < plain)
    #expect(operations(.head(layer: 0, head: 0), .mlp(layer: 1)) < operations(.head(layer: 0, head: 0)))
  }

  @Test func measuresARealStep() throws {
    var settings = SIITSettings()
    settings.batch = 32
    let benchmark = try StepBenchmark(tinyCircuit(), settings: settings, seconds: 0.05)
    #expect(benchmark.sequences == 32)
    #expect(benchmark.swappedSequences == 64)
    #expect(benchmark.millisecondsPerStep > 0 && benchmark.gigaflops > 0 && benchmark.sgemmGigaflops > 0)
    #expect(benchmark.shareOfSgemm == benchmark.gigaflops / benchmark.sgemmGigaflops)
    let config = try TransformerConfig.trained(for: tinyCircuit())
    #expect(
      benchmark.parameters == ParameterLayout(config: config).count && benchmark.dModel == config.dModel)
    let data = try JSONEncoder().encode(benchmark)
    #expect(try JSONDecoder().decode(StepBenchmark.self, from: data).dMLP == benchmark.dMLP)
  }
}
