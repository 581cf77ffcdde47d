import Compiler
import Foundation
import Transformer

/// One attempt to train a transformer: a size, an initialisation, and a stream of inputs.
///
/// A step runs a batch of inputs once. On top of it, every block of sequences is run twice more with
/// activations of its partner's swapped in: once those of the component aligned with a variable, where the
/// output must be the program's with that variable swapped, and once those of random components outside the
/// circuit, where it must stay.
final class SIITAttempt {
  let config: TransformerConfig
  let nodes: SIITNodes
  private(set) var state: State
  private let settings: SIITSettings
  private let sampler: InputSampler
  private let alignedSets: [ComponentSet]
  private let loss: LossKernel
  private let batch: PairBatch
  private let pass: TrainingPass
  private let adam: AdamKernel
  private let average: WeightAverage
  private let measure: SIITMeasure
  private var lastSwaps: [Swap] = []

  /// What changes from step to step besides weights and Adam's moments.
  struct State: Codable, Sendable {
    var step = 0
    /// Rounds that are over.
    var round = 0
    var generator: SeededGenerator
    var alignedSampler: NodeSampler
    var hardPairs = HardPairs()

    /// The aligned node to swap next.
    mutating func drawNode() -> Int { alignedSampler.draw(using: &generator) }
  }

  /// - Parameter index: counts attempts from 0; every attempt has random numbers of its own
  init(
    _ compiled: CompiledCircuit, config: TransformerConfig, settings: SIITSettings,
    sampler: InputSampler, seed: UInt64, index: Int
  ) {
    self.config = config
    self.settings = settings
    self.sampler = sampler
    nodes = SIITNodes(compiled, config: config)
    alignedSets = nodes.aligned.map { ComponentSet([$0], config: config) }
    loss = LossKernel(for: compiled, tolerance: settings.tolerance)
    let blocks = max(2, settings.batch / laneCount / 2 * 2)
    batch = PairBatch(compiled, blocks: blocks)
    measure = SIITMeasure(compiled, config: config, nodes: nodes, tolerance: settings.tolerance)
    var generator = SeededGenerator(seed: seed, stream: "initialisation \(index)")
    pass = TrainingPass(
      parameters: .initialised(config: config, using: &generator),
      capacity: PairBatch.capacity(config, blocks: blocks))
    adam = AdamKernel(
      .init(
        beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: 1e-8,
        clipping: Float(settings.clipping)),
      count: pass.weights.count)
    average = WeightAverage(pass.weights, decay: Float(settings.averaging))
    state = State(
      generator: SeededGenerator(seed: seed, stream: "training \(index)"),
      alignedSampler: NodeSampler(count: nodes.aligned.count))
  }

  /// Steps at the end of the present round.
  var steps: Int { settings.steps * (state.round + 1) }

  /// Goes on for another round at a lower rate.
  func beginRound() { state.round += 1 }

  /// Sequences of a step, and how many of them run again with swaps.
  var sequences: Int { batch.blocks * laneCount }
  var swappedSequences: Int { lastSwaps.count * laneCount }

  /// Bytes that a step works on.
  var byteCount: Int { pass.byteCount }

  /// The matrix products of the last step.
  var lastProducts: [ProductShape] {
    let positions = batch.layout.blocks.map(\.positions)
    return positions.flatMap { ProductShape.plain(config, positions: $0) }
      + lastSwaps.flatMap { ProductShape.swap($0, config, positions: positions[$0.base]) }
  }

  /// The attempt's result so far: the mean of its weights over the last steps.
  var parameters: Parameters { average.weights.parameters() }

  /// What a checkpoint keeps of an attempt; buffers are in packed layout.
  struct Snapshot: Sendable {
    var state: State
    var weights: [Float]
    var average: [Float]
    var moments: [Float]
  }

  var snapshot: Snapshot {
    Snapshot(
      state: state, weights: pass.weights.values, average: average.weights.values,
      moments: adam.moments)
  }

  /// Goes back to a snapshot of an attempt of the same size.
  func restore(_ snapshot: Snapshot) throws(TrainingError) {
    let count = pass.weights.count
    guard snapshot.weights.count == count, snapshot.average.count == count,
      snapshot.moments.count == 2 * count
    else { throw TrainingError("the checkpoint is of a transformer of another size") }
    state = snapshot.state
    pass.weights.load(snapshot.weights)
    average.restore(snapshot.average, steps: state.step)
    adam.restore(moments: snapshot.moments, steps: state.step)
  }

  /// Scores ``parameters``; the pairs are the same at every call with the same seed and number.
  func measure(pairs: Int, seed: UInt64) -> SIITReport {
    var generator = SeededGenerator(seed: seed, stream: "evaluation \(pairs)")
    return measure.measure(average.weights, sampler, pairs: pairs, using: &generator)
  }

  /// Scores ``parameters`` for a result: on all pairs of held-out inputs where they are not many more than
  /// `pairs`.
  func measureThoroughly(pairs: Int, seed: UInt64) -> SIITReport {
    guard let all = HeldOutPairs.all(sampler, limit: 2 * pairs), !all.isEmpty else {
      return measure(pairs: pairs, seed: seed)
    }
    return measure.measure(average.weights, all: all)
  }

  /// Held-out accuracy of ``parameters``.
  func accuracy(pairs: Int, seed: UInt64) -> Double {
    var generator = SeededGenerator(seed: seed, stream: "evaluation \(pairs)")
    return measure.accuracy(average.weights, sampler, pairs: pairs, using: &generator)
  }

  /// Mean losses of one step, per counted position.
  struct Losses {
    var behaviour = 0.0
    var iit = 0.0
    var strict = 0.0
  }

  func step() -> Losses {
    var losses = Losses()
    let blocks = batch.blocks
    pass.begin()
    lastSwaps.removeAll(keepingCapacity: true)
    let hard = (0..<blocks / 2 / settings.hardEvery).compactMap { _ in state.hardPairs.take() }
    batch.draw(
      sampler, .training, fixed: hard.map(\.pairs), into: pass.plain, using: &state.generator)
    pass.plain.forward(pass.weights)
    for block in 0..<blocks where settings.iitWeight > 0 {
      let isHard = block.isMultiple(of: 2) && block / 2 < hard.count
      losses.iit += trainNode(isHard ? hard[block / 2].node : nil, block: block) / Double(blocks)
    }
    for block in 0..<blocks {
      let own = batch.targets(block: block)
      if settings.strictWeight > 0, let components = drawOutside() {
        let swap = Swap(base: block, source: block ^ 1, components: components)
        losses.strict += train(swap, own, settings.strictWeight).meanLoss / Double(blocks)
      }
      let logits = pass.plain.activations.logits[batch.layout.blocks[block]]
      let score = loss.score(logits, own.targets, weight: weight(settings.behaviourWeight, own.counted))
      losses.behaviour += score.meanLoss / Double(blocks)
    }
    pass.finish()
    adam.update(pass.weights, pass.gradient, learningRate: Float(learningRate(state.step)))
    average.update(pass.weights)
    state.step += 1
    return losses
  }

  /// Swaps a node of the circuit, that one or the sampler's; returns the mean loss.
  private func trainNode(_ given: Int?, block: Int) -> Double {
    let node = given ?? state.drawNode()
    let swap = Swap(base: block, source: block ^ 1, components: alignedSets[node])
    let score = train(swap, batch.targets(block: block, swapping: [node]), settings.iitWeight)
    if given == nil { state.alignedSampler.note(node, score) }
    for lane in 0..<laneCount where score.wrongLanes & 1 << UInt16(lane) != 0 {
      state.hardPairs.note(node: node, batch.pair(block: block, lane: lane))
    }
    return score.meanLoss
  }

  private func train(_ swap: Swap, _ wanted: (targets: Targets, counted: Int), _ share: Double)
    -> BlockScore
  {
    let logits = pass.forward(swap)
    let score = loss.score(logits, wanted.targets, weight: weight(share, wanted.counted))
    pass.backward(swap, throughSource: settings.throughSource)
    lastSwaps.append(swap)
    return score
  }

  /// A block's positions weigh alike, and the blocks of a step do.
  private func weight(_ share: Double, _ counted: Int) -> Float {
    Float(share / Double(max(counted, 1) * batch.blocks))
  }

  /// Each component outside the circuit or not, by a coin; nil where the circuit has no outside.
  private func drawOutside() -> ComponentSet? {
    guard !nodes.outside.isEmpty else { return nil }
    var set = ComponentSet([Component](), config: config)
    for component in nodes.outside where state.generator.next() & 1 == 0 { set.insert(component) }
    if set.isEmpty { set.insert(nodes.outside[state.generator.index(below: nodes.outside.count)]) }
    return set
  }

  /// In every round a linear rise over the warm-up, then half a cosine down (Loshchilov and Hutter,
  /// arXiv 1608.03983).
  func learningRate(_ step: Int) -> Double {
    let greatest = settings.learningRate * pow(0.5, Double(state.round))
    let step = step - settings.steps * state.round
    if step < settings.warmup { return greatest * Double(step + 1) / Double(settings.warmup) }
    let done = Double(step - settings.warmup) / Double(max(1, settings.steps - settings.warmup))
    let cosine = 0.5 * (1 + cos(Double.pi * done))
    return greatest * (settings.finalRate + (1 - settings.finalRate) * cosine)
  }
}

extension BlockScore {
  fileprivate var meanLoss: Double { counted == 0 ? 0 : loss / Double(counted) }
}
