import Compiler
import Testing
import Transformer

@testable import Training

@Suite struct VariableProbesTests {
  let adam = AdamKernel.Settings(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipping: 1)

  /// Mean losses of reading every node of a transformer after so many steps.
  func losses(
    _ scene: PairBatchTests.Scene, _ parameters: Parameters, steps: Int, _ probes: VariableProbes
  ) -> [Double] {
    let weights = WeightBuffer(parameters)
    var losses: [Double] = []
    for _ in 0..<steps {
      scene.run.begin(scene.batch.layout)
      var generator = SeededGenerator(seed: 1)
      scene.batch.draw(scene.sampler, .training, into: scene.run, using: &generator)
      scene.run.forward(weights)
      probes.begin()
      losses = scene.compiled.causalModel.nodes.indices.map { node in
        let blocks = scene.batch.layout.blocks.indices
        return blocks.reduce(0.0) { sum, block in
          sum
            + probes.train(node, reading(scene, block)) {
              1 / Float(max($0, 1) * blocks.count)
            }
        } / Double(blocks.count)
      }
      probes.finish(learningRate: 0.05)
    }
    return losses
  }

  func reading(_ scene: PairBatchTests.Scene, _ block: Int) -> VariableProbes.Reading {
    VariableProbes.Reading(
      positions: scene.batch.layout.blocks[block].positions,
      output: { scene.run.output(of: $0, block: block, into: $1) },
      receive: { scene.run.receive($0, of: $1, block: block) },
      values: { scene.batch.values(of: $0, block: block, scale: $1) })
  }

  func probes(_ scene: PairBatchTests.Scene) -> VariableProbes {
    VariableProbes(scene.compiled, config: scene.compiled.parameters.config, adam: adam) {
      scene.batch.scale(of: $0)
    }
  }

  @Test(
    "Probes read categories and numbers correctly from a compiled transformer's components",
    arguments: ["share", "fraction"])
  func reads(name: String) throws {
    let scene = try PairBatchTests.Scene(name)
    let probes = probes(scene)
    let early = losses(scene, scene.compiled.parameters, steps: 1, probes)
    let late = losses(scene, scene.compiled.parameters, steps: 1000, probes)
    #expect(early.allSatisfy { $0 > 0.3 })
    #expect(zip(early, late).allSatisfy { $1 < $0 / 3 })
  }

  @Test("A resumed run continues with its probes as they were")
  func restores() throws {
    let scene = try PairBatchTests.Scene()
    let through = probes(scene)
    let expected = losses(scene, scene.compiled.parameters, steps: 6, through)
    let first = probes(scene)
    _ = losses(scene, scene.compiled.parameters, steps: 4, first)
    let second = probes(scene)
    #expect(first.values.count == second.valueCount)
    second.restore(first.values, steps: 4)
    #expect(losses(scene, scene.compiled.parameters, steps: 2, second) == expected)
    #expect(second.values == through.values)
  }
}
