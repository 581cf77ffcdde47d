import Foundation
import Testing

@testable import Transformer

/// Two blocks of one length and two of another, and swaps of every kind between them.
struct SwapScene {
  let config: TransformerConfig
  let parameters: Parameters
  var sequences: [[[Int32]]] = []
  let layout = BlockLayout(positions: [4, 4, 3, 3])
  let swaps: [Swap]
  /// Patches of edges into targets of every kind.
  let patches: [EdgePatch]

  init(causal: Bool, activation: TransformerConfig.Activation = .gelu) {
    let config = TinyModel.config(causal: causal, activation: activation)
    self.config = config
    parameters = TinyModel.parameters(config, seed: 3)
    var generator = SeededGenerator(seed: 11)
    for block in layout.blocks {
      sequences.append(
        (0..<laneCount).map { _ in TinyModel.sequence(block.positions, config, &generator) })
    }
    let layout = layout
    func swap(
      _ base: Int, _ source: Int, _ kind: PositionMap.Kind = .plain, _ components: Component...
    ) -> Swap {
      let maps = (0..<laneCount).map { _ in
        PositionMap.drawn(
          kind, baseLength: layout.blocks[base].positions - 1,
          sourceLength: layout.blocks[source].positions - 1, using: &generator)
      }
      return Swap(
        base: base, source: source, map: LaneMap(maps),
        components: ComponentSet(components, config: config))
    }
    func patch(
      _ base: Int, _ source: Int, _ kind: PositionMap.Kind, _ target: TargetNode,
      _ writers: SourceNode...
    ) -> EdgePatch {
      let model = swap(base, source, kind, .mlp(layer: 0))
      guard case .block(_, let map) = model.origin else { preconditionFailure() }
      return EdgePatch(base: base, source: source, map: map, target: target, writers: writers)
    }
    patches = [
      patch(0, 1, .plain, .query(layer: 1, head: 0), .embed, .mlp(layer: 0)),
      patch(0, 2, .anywhere, .key(layer: 1, head: 1), .positionEmbed, .head(layer: 0, head: 1)),
      patch(3, 1, .fromEnd, .value(layer: 0, head: 0), .embed, .positionEmbed),
      patch(2, 0, .anywhere, .mlp(layer: 0), .head(layer: 0, head: 0), .positionEmbed),
      patch(1, 3, .fromStart, .mlp(layer: 1), .mlp(layer: 0)),
      patch(1, 0, .anywhere, .output, .mlp(layer: 1), .head(layer: 1, head: 0)),
    ]
    func zero(_ base: Int, _ components: Component...) -> Swap {
      Swap(base: base, origin: .zero, components: ComponentSet(components, config: config))
    }
    swaps = [
      swap(0, 1, .plain, .mlp(layer: 1)),
      swap(0, 1, .plain, .head(layer: 0, head: 1)),
      swap(1, 0, .plain, .mlp(layer: 0)),
      swap(2, 3, .plain, .head(layer: 1, head: 0), .mlp(layer: 1)),
      swap(1, 0, .plain, .head(layer: 0, head: 0), .mlp(layer: 0), .head(layer: 1, head: 1)),
      swap(3, 2, .plain, .head(layer: 0, head: 0), .head(layer: 0, head: 1), .mlp(layer: 1)),
      swap(2, 2, .plain, .mlp(layer: 0), .mlp(layer: 1)),
      swap(0, 2, .anywhere, .head(layer: 0, head: 0), .mlp(layer: 0), .head(layer: 1, head: 1)),
      swap(2, 0, .anywhere, .mlp(layer: 0)),
      swap(3, 1, .fromEnd, .head(layer: 0, head: 1), .mlp(layer: 1)),
      swap(1, 3, .fromStart, .mlp(layer: 1)),
      swap(0, 1, .anywhere, .head(layer: 1, head: 0)),
      zero(0, .head(layer: 0, head: 1), .mlp(layer: 1)),
      zero(3, .mlp(layer: 0), .head(layer: 1, head: 0)),
      zero(1, .head(layer: 1, head: 0), .head(layer: 1, head: 1)),
      zero(2, .mlp(layer: 1)),
    ]
  }

  /// A patch in one lane in double precision.
  func expected(_ reference: ReferenceTransformer, _ patch: EdgePatch, lane: Int) -> [[Double]] {
    let source = reference.run(sequences[patch.source][lane])
    return reference.run(
      sequences[patch.base][lane], map: patch.map.map(lane: lane),
      patch: (patch.target, patch.writers, source)
    ).logits
  }

  func components(_ swap: Swap) -> [Component] {
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
    let pass = TrainingPass(parameters: parameters, capacity: BatchCapacity(layout))
    pass.begin()
    fill(pass.plain)
    pass.plain.forward(pass.weights)
    return pass
  }

  /// A component of a plain block whose output is looked at.
  struct Reading {
    var component: Component
    var block: Int
  }

  let readings = [
    Reading(component: .head(layer: 0, head: 1), block: 0), Reading(component: .mlp(layer: 0), block: 1),
    Reading(component: .mlp(layer: 0), block: 2), Reading(component: .head(layer: 1, head: 0), block: 1),
    Reading(component: .mlp(layer: 1), block: 3),
  ]

  /// Components behind those that some swaps replace, whose output is looked at there.
  let swappedReadings: [Int: Component] = [
    1: .mlp(layer: 0), 2: .head(layer: 1, head: 0), 4: .mlp(layer: 1), 7: .head(layer: 1, head: 0),
    8: .mlp(layer: 1), 12: .head(layer: 1, head: 1),
  ]

  /// Heads of plain blocks, and behind swaps, whose patterns are scored.
  let patterns = [(layer: 0, head: 0, block: 1), (layer: 1, head: 1, block: 2)]
  let swappedPatterns: [Int: Int] = [2: 0, 4: 0, 8: 1, 12: 0]

  /// Channels that a component writes.
  func channels(_ component: Component) -> Int {
    switch component {
    case .head: config.dHead
    case .mlp: config.dModel
    }
  }

  /// What a component writes in one lane, in double precision: [position][channel].
  func written(_ reading: Reading, _ reference: ReferenceTransformer, lane: Int) -> [[Double]] {
    written(reading.component, reference.run(sequences[reading.block][lane]))
  }

  func written(_ component: Component, _ trace: ReferenceTransformer.Trace) -> [[Double]] {
    switch component {
    case .head(let layer, let head): return trace.z[layer][head]
    case .mlp(let layer):
      return zip(trace.residual[layer + 1], trace.middle[layer]).map { after, before in
        zip(after, before).map { $0 - $1 }
      }
    }
  }

  /// A swap in one lane in double precision.
  func expected(_ reference: ReferenceTransformer, _ swap: Swap, lane: Int) -> ReferenceTransformer.Trace {
    let base = sequences[swap.base][lane]
    guard case .block(let block, let map) = swap.origin else {
      return reference.run(base, zeroed: components(swap))
    }
    let source = reference.run(sequences[block][lane])
    let swaps = Dictionary(uniqueKeysWithValues: components(swap).map { ($0, source) })
    return reference.run(base, swaps: swaps, map: map.map(lane: lane))
  }
}

extension LaneMap {
  /// One lane's map.
  func map(lane: Int) -> PositionMap {
    guard let columns else { return .plain(length: positions.base - 1) }
    return PositionMap(
      (1..<positions.base).map { columns[$0 * laneCount + lane] / Int32(laneCount) - 1 },
      sourceLength: positions.source - 1)
  }
}

@Suite struct SwappedRunTests {
  /// One lane of a tile holds what double precision says; [position][channel].
  func expect(_ tile: Tile, lane: Int, isCloseTo rows: [[Double]]) {
    for (position, row) in rows.enumerated() {
      for (channel, value) in row.enumerated() {
        #expect(abs(Double(tile.row(channel)[position * laneCount + lane]) - value) < 5e-5)
      }
    }
  }

  @Test(
    "A swapped run computes what the plain transformer computes under the same swaps",
    arguments: [false, true])
  func agreesWithReference(causal: Bool) {
    let scene = SwapScene(causal: causal)
    let pass = scene.makePass()
    let reference = ReferenceTransformer(scene.parameters)
    for swap in scene.swaps {
      let logits = pass.forward(swap)
      for lane in 0..<laneCount {
        expect(logits, lane: lane, isCloseTo: scene.expected(reference, swap, lane: lane).logits)
      }
    }
  }

  @Test("A patched edge has the same effect as in the plain transformer", arguments: [false, true])
  func patchedEdges(causal: Bool) {
    let scene = SwapScene(causal: causal)
    let pass = scene.makePass()
    let reference = ReferenceTransformer(scene.parameters)
    for patch in scene.patches {
      let logits = pass.forward(patch)
      for lane in 0..<laneCount {
        expect(logits, lane: lane, isCloseTo: scene.expected(reference, patch, lane: lane))
      }
    }
  }

  /// What writers write is taken as given: with their weights held, the difference that a patch adds is a constant.
  @Test(
    "Gradients of an edge patch treat the patched difference as a constant", arguments: [false, true])
  func patchGradients(causal: Bool) {
    let scene = SwapScene(causal: causal)
    for patch in scene.patches {
      let pass = scene.makePass()
      let logits = pass.forward(patch)
      for output in 0..<scene.config.outputs {
        for column in 0..<logits.stride {
          logits.row(output)[column] = column % laneCount == 3 ? Float(output + 1) : 0
        }
      }
      pass.backward(patch)
      for block in scene.layout.blocks {
        pass.plain.activations.logits[block].clear(channels: scene.config.outputs)
      }
      pass.finish()
      let gradient = pass.gradient.parameters()
      // The unembedding's and the target's weights change no writer before it.
      var tensors = [gradient.layout.unembed, gradient.layout.unembedBias]
      switch patch.target {
      case .query(let layer, _):
        tensors += [gradient.layout.blocks[layer].wQ, gradient.layout.blocks[layer].wK]
      case .key(let layer, _):
        tensors += [gradient.layout.blocks[layer].wK, gradient.layout.blocks[layer].wV]
      case .value(let layer, _):
        tensors += [gradient.layout.blocks[layer].wV, gradient.layout.blocks[layer].wO]
      case .mlp(let layer):
        tensors += [gradient.layout.blocks[layer].wIn, gradient.layout.blocks[layer].wOut]
      case .output: break
      }
      func loss(_ values: [Double]) -> Double {
        let reference = ReferenceTransformer(config: scene.config, values: values)
        return scene.expected(reference, patch, lane: 3).reduce(0) { sum, row in
          sum + row.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
        }
      }
      let values = scene.parameters.values.map(Double.init)
      for tensor in tensors {
        for i in stride(from: tensor.offset, to: tensor.offset + tensor.count, by: 5) {
          var (up, down) = (values, values)
          up[i] += 1e-5
          down[i] -= 1e-5
          let numeric = (loss(up) - loss(down)) / 2e-5
          #expect(
            abs(numeric - Double(gradient.values[i])) < 2e-3 * max(1, abs(numeric)),
            "\(patch.target), \(tensor.name)")
        }
      }
    }
  }

  /// Loss = Σ slope · x over every plain and swapped logit and over what some components wrote, and Σ slope · log p over
  /// some heads' patterns, with slopes drawn once.
  @Test(
    "Every gradient agrees with central differences, with interventions and guides in place",
    arguments: [false, true], [TransformerConfig.Activation.gelu, .relu])
  func gradients(causal: Bool, activation: TransformerConfig.Activation) {
    let scene = SwapScene(causal: causal, activation: activation)
    let pass = scene.makePass()

    // Slopes in a few lanes only: the double-precision loss is slow.
    let lanes = [0, 13]
    func slope(_ run: Int, _ lane: Int, _ position: Int, _ output: Int) -> Double {
      var generator = SeededGenerator(seed: UInt64(((run * 16 + lane) * 8 + position) * 8 + output))
      return generator.uniform() * 2 - 1
    }
    func setSlopes(_ logits: Tile, run: Int) {
      for output in 0..<scene.config.outputs {
        for column in 0..<logits.stride {
          let lane = column % laneCount
          logits.row(output)[column] =
            lanes.contains(lane) ? Float(slope(run, lane, column / laneCount, output)) : 0
        }
      }
    }
    /// The gradient of Σ slope · log p with respect to the scores is slope - p Σ slope.
    func setSlopes(_ scores: AttentionScores, run: Int) {
      let n = scores.positions
      for lane in lanes {
        for query in 0..<n {
          let keys = causal ? query + 1 : n
          let sum = (0..<keys).reduce(0) { $0 + slope(run, lane, query, $1) }
          for key in 0..<keys {
            let share = Double(scores.pattern[query * n + key][lane])
            scores.gradient[query * n + key][lane] += Float(slope(run, lane, query, key) - share * sum)
          }
        }
      }
    }
    let arena = Arena()
    for (index, swap) in scene.swaps.enumerated() {
      setSlopes(pass.forward(swap), run: 100 + index)
      if let head = scene.swappedPatterns[index] {
        setSlopes(pass.swapped.attention(layer: 1, head: head, swap, over: pass.plain), run: 400 + index)
      }
      if let component = scene.swappedReadings[index] {
        let stride = scene.layout.blocks[swap.base].positions * laneCount
        let slopes = Tile(base: arena.floats(scene.config.dModel * stride), stride: stride)
        for channel in 0..<scene.channels(component) {
          for column in 0..<stride where lanes.contains(column % laneCount) {
            slopes.row(channel)[column] = Float(
              slope(300 + index, column % laneCount, column / laneCount, channel))
          }
        }
        pass.swapped.receive(slopes, of: component, swap, over: pass.plain)
      }
      pass.backward(swap, throughSource: true)
    }
    for (index, reading) in scene.readings.enumerated() {
      let stride = scene.layout.blocks[reading.block].positions * laneCount
      let slopes = Tile(base: arena.floats(scene.config.dModel * stride), stride: stride)
      for channel in 0..<scene.channels(reading.component) {
        for column in 0..<stride where lanes.contains(column % laneCount) {
          slopes.row(channel)[column] = Float(
            slope(200 + index, column % laneCount, column / laneCount, channel))
        }
      }
      pass.plain.receive(slopes, of: reading.component, block: reading.block)
    }
    for (index, place) in scene.patterns.enumerated() {
      setSlopes(
        pass.plain.attention(layer: place.layer, head: place.head, block: place.block), run: 500 + index)
    }
    for (index, block) in scene.layout.blocks.enumerated() {
      setSlopes(pass.plain.activations.logits[block], run: index)
    }
    pass.finish()
    let gradient = pass.gradient.parameters()

    func logShares(_ pattern: [[Double]], run: Int, lane: Int) -> Double {
      var sum = 0.0
      for (query, row) in pattern.enumerated() {
        for (key, share) in row.enumerated() where !causal || key <= query {
          sum += slope(run, lane, query, key) * log(share)
        }
      }
      return sum
    }
    func loss(_ values: [Double]) -> Double {
      let reference = ReferenceTransformer(config: scene.config, values: values)
      var sum = 0.0
      for lane in lanes {
        for block in scene.layout.blocks.indices {
          let logits = reference.run(scene.sequences[block][lane]).logits
          for (position, row) in logits.enumerated() {
            for (output, logit) in row.enumerated() { sum += logit * slope(block, lane, position, output) }
          }
        }
        for (index, swap) in scene.swaps.enumerated() {
          let trace = scene.expected(reference, swap, lane: lane)
          for (position, row) in trace.logits.enumerated() {
            for (output, logit) in row.enumerated() {
              sum += logit * slope(100 + index, lane, position, output)
            }
          }
          if let head = scene.swappedPatterns[index] {
            sum += logShares(trace.patterns[1][head], run: 400 + index, lane: lane)
          }
          guard let component = scene.swappedReadings[index] else { continue }
          for (position, row) in scene.written(component, trace).enumerated() {
            for (channel, x) in row.enumerated() {
              sum += x * slope(300 + index, lane, position, channel)
            }
          }
        }
        for (index, place) in scene.patterns.enumerated() {
          let trace = reference.run(scene.sequences[place.block][lane])
          sum += logShares(trace.patterns[place.layer][place.head], run: 500 + index, lane: lane)
        }
        for (index, reading) in scene.readings.enumerated() {
          for (position, row) in scene.written(reading, reference, lane: lane).enumerated() {
            for (channel, x) in row.enumerated() {
              sum += x * slope(200 + index, lane, position, channel)
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

  @Test("A component's output is read from the plain run", arguments: [false, true])
  func readings(causal: Bool) {
    let scene = SwapScene(causal: causal)
    let pass = scene.makePass()
    let reference = ReferenceTransformer(scene.parameters)
    let arena = Arena()
    for reading in scene.readings {
      let stride = scene.layout.blocks[reading.block].positions * laneCount
      let tile = Tile(base: arena.floats(scene.config.dModel * stride), stride: stride)
      pass.plain.output(of: reading.component, block: reading.block, into: tile)
      for lane in 0..<laneCount {
        expect(tile, lane: lane, isCloseTo: scene.written(reading, reference, lane: lane))
      }
    }
  }

  @Test("The output of a component after a swap is read from the swapped run", arguments: [false, true])
  func swappedReadings(causal: Bool) {
    let scene = SwapScene(causal: causal)
    let pass = scene.makePass()
    let reference = ReferenceTransformer(scene.parameters)
    let arena = Arena()
    for (index, component) in scene.swappedReadings {
      let swap = scene.swaps[index]
      _ = pass.forward(swap)
      let stride = scene.layout.blocks[swap.base].positions * laneCount
      let tile = Tile(base: arena.floats(scene.config.dModel * stride), stride: stride)
      pass.swapped.output(of: component, swap, over: pass.plain, into: tile)
      for lane in 0..<laneCount {
        let written = scene.written(component, scene.expected(reference, swap, lane: lane))
        expect(tile, lane: lane, isCloseTo: written)
      }
    }
  }

  @Test("A detached source receives no gradient")
  func detachedSource() {
    let scene = SwapScene(causal: false)
    // The base's MLP output is replaced by the source's, so only the source could move the MLP.
    let swap = scene.swaps[2]
    func mlpGradient(throughSource: Bool) -> [Float] {
      let pass = scene.makePass()
      let logits = pass.forward(swap)
      logits.row(0).update(repeating: 1, count: scene.config.outputs * logits.stride)
      pass.backward(swap, throughSource: throughSource)
      for block in scene.layout.blocks {
        pass.plain.activations.logits[block].clear(channels: scene.config.outputs)
      }
      pass.finish()
      let gradient = pass.gradient.parameters()
      return Array(gradient[gradient.layout.blocks[0].wOut])
    }
    #expect(mlpGradient(throughSource: false).allSatisfy { $0 == 0 })
    #expect(mlpGradient(throughSource: true).contains { $0 != 0 })
  }
}
