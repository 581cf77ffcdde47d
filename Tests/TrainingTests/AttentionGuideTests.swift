import Compiler
import Diagnostics
import Foundation
import Runtime
import Testing
import Transformer

@testable import Training

/// Circuits whose heads read a value, a mean, and how many keys are selected.
@Suite struct AttentionGuideTests {
  private static let program = """
    before = aggregate(select(indices, indices - 1, ==), tokens, "none");
    later = aggregate(select(indices, indices, >), numerical(indicator(tokens == "x")), 0);
    same = selector_width(select(tokens, tokens, ==));
    circuit value { vocab = ["a", "x", "y"]; max_len = 5; output = before; }
    circuit mean { vocab = ["a", "x", "y"]; max_len = 5; output = later; }
    circuit width { vocab = ["a", "x", "y"]; max_len = 5; output = same; }
    circuit causal { vocab = ["a", "x", "y"]; max_len = 5; output = same; causal = true; }

    """

  private struct Scene {
    let compiled: CompiledCircuit
    let batch: PairBatch
    let run: PlainRun
    let guide: AttentionGuide

    init(_ name: String) throws {
      let program = try ProgramLoader.load(
        SourceFile(name: "test.rasp", text: AttentionGuideTests.program))
      let circuit = try #require(program.circuits.first { $0.name == name })
      compiled = try Compiler.compile(circuit, in: program.graph)
      batch = PairBatch(compiled, blocks: 4)
      let config = compiled.parameters.config
      run = PlainRun(
        config: config, capacity: PairBatch.capacity(config, blocks: 4), receivesGradients: true)
      guide = AttentionGuide(compiled.causalModel, aligned: compiled.causalModel.nodes)
      var generator = SeededGenerator(seed: 1)
      batch.draw(InputSampler(compiled, heldOut: 0.2, seed: 1), .training, into: run, using: &generator)
    }

    var head: AttentionGuide.Head {
      get throws { try #require(guide.heads.compactMap { $0 }.first) }
    }

    /// The mean loss of a transformer of the compiled one's size.
    func loss(_ parameters: Parameters) throws -> Double {
      run.forward(WeightBuffer(parameters))
      let head = try head
      return batch.layout.blocks.indices.reduce(0) { sum, block in
        let scores = run.attention(layer: head.layer, head: head.head, block: block)
        return sum
          + guide.train(head, scores, weight: 0) { batch.state(block: block, lane: $0) }
          / Double(batch.blocks)
      }
    }
  }

  @Test(
    "The compiled transformer attends as it should, and one with random weights does not",
    arguments: ["value", "mean", "width", "causal"])
  func compiled(name: String) throws {
    let scene = try Scene(name)
    #expect(try scene.loss(scene.compiled.parameters) < 1e-3)
    var generator = SeededGenerator(seed: 3)
    let random = Parameters.initialised(config: scene.compiled.parameters.config, using: &generator)
    #expect(try scene.loss(random) > 0.1)
  }

  @Test(
    "The gradient of the scores agrees with central differences",
    arguments: ["value", "mean", "width", "causal"])
  func gradient(name: String) throws {
    let scene = try Scene(name)
    let head = try scene.head
    let block = 1
    let n = scene.batch.layout.blocks[block].positions
    var generator = SeededGenerator(seed: 5)
    var values = (0..<n * n * laneCount).map { _ in Float(generator.uniform() * 4 - 2) }
    let arena = Arena()
    let (pattern, slopes) = (arena.vectors(n * n), arena.vectors(n * n))

    /// Leaves the gradient in `slopes`.
    func loss() -> Double {
      for lane in 0..<laneCount {
        for query in 0..<n {
          let keys = 0..<(name == "causal" ? query + 1 : n)
          let shares = keys.map { exp(values[(query * n + $0) * laneCount + lane]) }
          let sum = shares.reduce(0, +)
          for key in keys { pattern[query * n + key][lane] = shares[key] / sum }
        }
      }
      for place in 0..<n * n { slopes[place] = Vector(repeating: 0) }
      let scores = AttentionScores(positions: n, pattern: pattern, gradient: slopes)
      return scene.guide.train(head, scores, weight: 2) { scene.batch.state(block: block, lane: $0) }
    }

    let lane = 3
    for query in 0..<n {
      for key in 0..<(name == "causal" ? query + 1 : n) {
        let place = (query * n + key) * laneCount + lane
        let value = values[place]
        values[place] = value + 0.05
        let up = loss()
        values[place] = value - 0.05
        let down = loss()
        values[place] = value
        _ = loss()
        let exact = Double(slopes[query * n + key][lane]) / 2
        #expect(abs((up - down) / 0.1 - exact) < 2e-5, "\(query) \(key)")
      }
    }
  }

  @Test("After a swap, a head should attend to what the swapped variable selects")
  func swapped() throws {
    let program = """
      marked = tokens == "x";
      count = selector_width(select(marked, True, ==));
      circuit count { vocab = ["a", "x", "y"]; max_len = 5; output = count; }

      """
    let loaded = try ProgramLoader.load(SourceFile(name: "test.rasp", text: program))
    let compiled = try Compiler.compile(loaded.circuits[0], in: loaded.graph)
    let model = compiled.causalModel
    let guide = AttentionGuide(model, aligned: model.nodes)
    let node = try #require(guide.heads.firstIndex { $0 != nil })
    let head = try #require(guide.heads[node])
    let marks = try #require(model.nodes.indices.first { model.depends(node, on: $0) })
    let x = try #require(compiled.tokenizer.id(of: .string("x")))
    let a = try #require(compiled.tokenizer.id(of: .string("a")))
    var (base, source, swapped) = (model.makeState(), model.makeState(), model.makeState())
    model.run([x, a, a], into: &base)
    model.run([a, x], into: &source)
    model.swap(
      [marks], base: base, source: source, map: PositionMap([1, 0, 1], sourceLength: 2), into: &swapped)
    var keys = [Bool](repeating: false, count: 3)
    for (state, expected) in [(base, [true, false, false]), (swapped, [true, false, true])] {
      let isKnown = keys.withUnsafeMutableBufferPointer {
        model.select(head.variable, from: 1, in: state, $0.baseAddress!)
      }
      #expect(isKnown && keys == expected)
    }
  }
}
