import Testing

@testable import Transformer

/// Two plain blocks of one length and one of another, and swaps of every kind between the first two.
struct SwapScene {
  let config: TransformerConfig
  let parameters: Parameters
  var sequences: [[[Int32]]] = []
  let layout = BlockLayout(lengths: [4, 4, 3, 3])
  let swaps: [SwappedBlock]

  init(causal: Bool, activation: TransformerConfig.Activation = .gelu) {
    let config = TinyModel.config(causal: causal, activation: activation)
    self.config = config
    parameters = TinyModel.parameters(config, seed: 3)
    var generator = SeededGenerator(seed: 11)
    for block in layout.blocks {
      sequences.append(
        (0..<laneCount).map { _ in TinyModel.sequence(block.positions, config, &generator) })
    }
    func swap(_ base: Int, _ source: Int, _ components: Component...) -> SwappedBlock {
      SwappedBlock(base: base, source: source, components: ComponentSet(components, config: config))
    }
    swaps = [
      swap(0, 1, .mlp(layer: 1)),
      swap(0, 1, .head(layer: 0, head: 1)),
      swap(1, 0, .mlp(layer: 0)),
      swap(2, 3, .head(layer: 1, head: 0), .mlp(layer: 1)),
      swap(1, 0, .head(layer: 0, head: 0), .mlp(layer: 0), .head(layer: 1, head: 1)),
      swap(3, 2, .head(layer: 0, head: 0), .head(layer: 0, head: 1), .mlp(layer: 1)),
      swap(2, 2, .mlp(layer: 0), .mlp(layer: 1)),
    ]
  }

  func components(_ swap: SwappedBlock) -> [Component] {
    (0..<config.layers).flatMap { layer -> [Component] in
      (0..<config.heads).filter { swap.components.contains(head: $0, layer: layer) }
        .map { .head(layer: layer, head: $0) }
        + (swap.components.containsMLP(layer: layer) ? [.mlp(layer: layer)] : [])
    }
  }

  func fill(_ run: PlainRun) {
    run.begin(layout)
    for (block, lanes) in sequences.enumerated() {
      for (lane, sequence) in lanes.enumerated() {
        sequence.withUnsafeBufferPointer { run.setTokens($0, block: block, lane: lane) }
      }
    }
  }

  func makePass() -> TrainingPass {
    TrainingPass(
      parameters: parameters, plainColumns: 256, plainPatterns: 64, swappedColumns: 512,
      swappedPatterns: 128)
  }

  /// The double-precision logits of a swap in one lane: [position][outputs].
  func expected(_ reference: ReferenceTransformer, _ swap: SwappedBlock, lane: Int) -> [[Double]] {
    let source = reference.run(sequences[swap.source][lane])
    let swaps = Dictionary(uniqueKeysWithValues: components(swap).map { ($0, source) })
    return reference.run(sequences[swap.base][lane], swaps: swaps).logits
  }
}

@Suite struct SwappedRunTests {
  @Test(
    "A swapped run computes what the plain transformer computes under the same swaps",
    arguments: [false, true])
  func agreesWithReference(causal: Bool) {
    let scene = SwapScene(causal: causal)
    let pass = scene.makePass()
    scene.fill(pass.plain)
    pass.plain.forward(pass.weights)
    pass.swapped.begin(scene.swaps, over: pass.plain)
    pass.swapped.forward(pass.weights, over: pass.plain)
    let reference = ReferenceTransformer(scene.parameters)
    for (index, swap) in scene.swaps.enumerated() {
      let block = pass.swapped.layout.blocks[pass.swapped.places[index]]
      for lane in 0..<laneCount {
        let expected = scene.expected(reference, swap, lane: lane)
        for (position, logits) in expected.enumerated() {
          for (output, value) in logits.enumerated() {
            let column = block.column + position * laneCount + lane
            let got = Double(pass.swapped.activations.logits.row(output)[column])
            #expect(abs(got - value) < 5e-5)
          }
        }
      }
    }
  }

  /// Loss = Σ slope · logit over every plain and swapped logit, with slopes drawn once.
  @Test(
    "Every gradient agrees with central differences, with interventions in place",
    arguments: [false, true], [TransformerConfig.Activation.gelu, .relu])
  func gradients(causal: Bool, activation: TransformerConfig.Activation) {
    let scene = SwapScene(causal: causal, activation: activation)
    let pass = scene.makePass()
    scene.fill(pass.plain)
    pass.plain.forward(pass.weights)
    pass.swapped.begin(scene.swaps, over: pass.plain)
    pass.swapped.forward(pass.weights, over: pass.plain)

    // Slopes in a few lanes only: the double-precision loss is slow.
    let lanes = [0, 13]
    func slope(_ run: Int, _ lane: Int, _ position: Int, _ output: Int) -> Double {
      var generator = SeededGenerator(seed: UInt64(((run * 16 + lane) * 8 + position) * 4 + output))
      return generator.uniform() * 2 - 1
    }
    func setSlopes(_ logits: ChannelMatrix, _ blocks: [Block], run: (Int) -> Int) {
      for (index, block) in blocks.enumerated() {
        for output in 0..<scene.config.outputs {
          let row = logits.row(output) + block.column
          for position in 0..<block.positions {
            for lane in 0..<laneCount {
              row[position * laneCount + lane] =
                lanes.contains(lane) ? Float(slope(run(index), lane, position, output)) : 0
            }
          }
        }
      }
    }
    let plainBlocks = scene.layout.blocks
    setSlopes(pass.plain.activations.logits, plainBlocks) { $0 }
    let order = pass.swapped.places
    setSlopes(pass.swapped.activations.logits, pass.swapped.layout.blocks) { place in
      100 + (order.firstIndex(of: place) ?? -1)
    }
    pass.backward(throughSource: true)
    let gradient = pass.gradient.parameters()

    func loss(_ values: [Double]) -> Double {
      let reference = ReferenceTransformer(config: scene.config, values: values)
      var sum = 0.0
      for lane in lanes {
        for block in plainBlocks.indices {
          let logits = reference.run(scene.sequences[block][lane]).logits
          for (position, row) in logits.enumerated() {
            for (output, logit) in row.enumerated() { sum += logit * slope(block, lane, position, output) }
          }
        }
        for (index, swap) in scene.swaps.enumerated() {
          for (position, row) in scene.expected(reference, swap, lane: lane).enumerated() {
            for (output, logit) in row.enumerated() {
              sum += logit * slope(100 + index, lane, position, output)
            }
          }
        }
      }
      return sum
    }
    let values = scene.parameters.values.map(Double.init)
    let step = 1e-5
    for i in stride(from: 0, to: values.count, by: activation == .gelu && !causal ? 2 : 7) {
      var up = values
      var down = values
      up[i] += step
      down[i] -= step
      let numeric = (loss(up) - loss(down)) / (2 * step)
      let exact = Double(gradient.values[i])
      #expect(abs(numeric - exact) < 2e-3 * max(1, abs(numeric)), "weight \(i)")
    }
  }

  @Test("A detached source receives no gradient")
  func detachedSource() {
    let scene = SwapScene(causal: false)
    let pass = scene.makePass()
    scene.fill(pass.plain)
    pass.plain.forward(pass.weights)
    // The base's MLP output is replaced by the source's, so only the source could move the MLP.
    pass.swapped.begin([scene.swaps[2]], over: pass.plain)
    pass.swapped.forward(pass.weights, over: pass.plain)
    func mlpGradient(throughSource: Bool) -> [Float] {
      for output in 0..<scene.config.outputs {
        pass.plain.activations.logits.row(output).update(repeating: 0, count: 256)
        pass.swapped.activations.logits.row(output).update(repeating: 1, count: 64)
      }
      pass.backward(throughSource: throughSource)
      let gradient = pass.gradient.parameters()
      return Array(gradient[gradient.layout.blocks[0].wOut])
    }
    #expect(mlpGradient(throughSource: false).allSatisfy { $0 == 0 })
    #expect(mlpGradient(throughSource: true).contains { $0 != 0 })
  }
}
