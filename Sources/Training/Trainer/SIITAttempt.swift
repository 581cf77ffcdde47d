import Compiler
import Foundation
import Transformer

/// One attempt to train a transformer: a size, an initialisation, and a stream of inputs.
///
/// A step runs a batch of inputs once. On top of it, every block of sequences is run twice more with
/// activations of its partner's swapped in, by a map between any two lengths and positions: once those of the component aligned with a variable, where the
/// output must be the program's with that variable swapped, and once those of random components outside the
/// circuit, where it must stay. At first, variables are also read from their components directly.
final class SIITAttempt {
  let config: TransformerConfig
  let nodes: SIITNodes
  private(set) var state: State
  private let settings: SIITSettings
  private let sampler: InputSampler
  private let loss: LossKernel
  private let batch: PairBatch
  private let model: CausalModel
  private let strictEdges: StrictEdges
  private let pass: TrainingPass
  private let optimiser: Optimiser
  private let probes: VariableProbes
  private let average: WeightAverage
  private let measure: SIITMeasure
  private let index: Int
  private var lastSwaps: [Swap] = []
  private var lastPatches: [EdgePatch] = []

  /// What changes from step to step besides weights and Adam's moments.
  struct State: Codable, Sendable {
    var step = 0
    var schedule: LearningRateSchedule
    var generator: SeededGenerator
    var curriculum: SwapCurriculum

    /// What the next pair of blocks is for.
    mutating func plan(_ sampler: InputSampler, isReplay: Bool) -> SwapCurriculum.Plan {
      if isReplay, let plan = curriculum.replay(sampler, using: &generator) { return plan }
      return curriculum.plan(sampler, using: &generator)
    }

    /// Learns from the swap of a block's nodes.
    mutating func note(
      _ plan: SwapCurriculum.Plan, block: Int, _ batch: PairBatch, _ score: BlockScore, changed: UInt16
    ) {
      curriculum.note(plan, block: block, batch, score, changed: changed, using: &generator)
    }
  }

  /// - Parameter index: counts attempts from 0; every attempt has random numbers of its own
  init(
    _ compiled: CompiledCircuit, config: TransformerConfig, settings: SIITSettings,
    sampler: InputSampler, seed: UInt64, index: Int
  ) {
    self.config = config
    self.settings = settings
    self.sampler = sampler
    self.index = index
    nodes = SIITNodes(compiled, config: config)
    model = compiled.causalModel
    strictEdges = StrictEdges(compiled, config: config, sampler)
    loss = LossKernel(for: compiled, tolerance: settings.tolerance)
    let blocks = max(2, settings.batch / laneCount / 2 * 2)
    batch = PairBatch(compiled, blocks: blocks, tolerance: settings.tolerance)
    measure = SIITMeasure(
      compiled, config: config, nodes: nodes, strictEdges, tolerance: settings.tolerance)
    var generator = SeededGenerator(seed: seed, stream: "initialisation \(index)")
    pass = TrainingPass(
      parameters: .initialised(config: config, using: &generator),
      capacity: PairBatch.capacity(config, blocks: blocks))
    let adam = AdamKernel.Settings(
      beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: 1e-8,
      clipping: Float(settings.clipping))
    optimiser = Optimiser(config, adam, momentum: Float(settings.momentum))
    average = WeightAverage(pass.weights, decay: Float(settings.averaging))
    var first = SeededGenerator(seed: seed, stream: "first batch \(index)")
    batch.draw(sampler, .training, into: pass.plain, using: &first)
    let batch = batch
    probes = VariableProbes(compiled, config: config, adam: adam) { batch.scale(of: $0) }
    state = State(
      schedule: LearningRateSchedule(settings),
      generator: SeededGenerator(seed: seed, stream: "training \(index)"),
      curriculum: SwapCurriculum(
        nodes: nodes.aligned.count, edges: strictEdges.edges.count,
        effectiveShare: settings.effectiveShare,
        jointShare: settings.jointShare))
  }

  /// Steps at the end of the present round.
  var roundEnd: Int { state.schedule.end }
  /// Rounds that are over.
  var round: Int { state.schedule.round }

  /// Adam's rate in the next step.
  var learningRate: Double {
    settings.learningRate * state.schedule.factor(step: state.step, settings)
  }

  /// Takes note of how the worst node stands, which the learning rate depends on.
  func note(_ worst: Double) { state.schedule.note(worst, step: state.step, settings) }

  /// Goes on for another round, at a lower rate where the worst node stands near the target.
  func beginRound(_ worst: Double) { state.schedule.beginRound(worst, settings) }

  /// Sequences of a step, and how many of them run again with swaps.
  var sequences: Int { batch.blocks * laneCount }
  var swappedSequences: Int { (lastSwaps.count + lastPatches.count) * laneCount }

  /// Bytes that a step works on.
  var byteCount: Int { pass.byteCount + optimiser.byteCount + probes.byteCount }

  /// The matrix products of the last step.
  var lastProducts: [ProductShape] {
    let positions = batch.layout.blocks.map(\.positions)
    return positions.flatMap { ProductShape.plain(config, positions: $0) }
      + lastSwaps.flatMap { ProductShape.swap($0, config, positions: positions[$0.base]) }
      + lastPatches.flatMap { ProductShape.patch($0.target, config, positions: positions[$0.base]) }
  }

  /// The attempt's result so far: the mean of its weights over the last steps.
  var parameters: Parameters { average.weights.parameters() }

  /// What a checkpoint keeps of an attempt; buffers are in packed layout.
  struct Snapshot: Sendable {
    var state: State
    var weights: [Float]
    var average: [Float]
    var moments: [Float]
    var probes: [Float]
  }

  var snapshot: Snapshot {
    Snapshot(
      state: state, weights: pass.weights.values, average: average.weights.values,
      moments: optimiser.moments, probes: probes.values)
  }

  /// Goes back to a snapshot of an attempt of the same size.
  func restore(_ snapshot: Snapshot) throws(TrainingError) {
    let count = pass.weights.count
    guard snapshot.weights.count == count, snapshot.average.count == count,
      snapshot.moments.count == Optimiser.momentCount(count), snapshot.probes.count == probes.valueCount
    else { throw TrainingError("the checkpoint is of a transformer of another size") }
    state = snapshot.state
    pass.weights.load(snapshot.weights)
    average.restore(snapshot.average, steps: state.step)
    optimiser.restore(snapshot.moments, steps: state.step)
    probes.restore(snapshot.probes, steps: state.step)
  }

  /// Scores ``parameters`` on some pairs, other ones after every step: of a sample that stays the same, one pair that
  /// is hard to learn would hide how few of its kind there are.
  func measure(pairs: Int, seed: UInt64) -> SIITReport {
    var generator = SeededGenerator(seed: seed, stream: "evaluation \(index) step \(state.step)")
    return measure.measure(
      average.weights, sampler, pairs: pairs, needed: pairs / 8, using: &generator)
  }

  /// Scores ``parameters`` on more pairs, which no other call has seen.
  ///
  /// - Parameter aim: what figures are to reach; the measure may end as soon as one cannot
  func measureThoroughly(pairs: Int, seed: UInt64, aim: Double? = nil) -> SIITReport {
    var generator = SeededGenerator(seed: seed, stream: "attempt \(index) step \(state.step)")
    return measure.measure(
      average.weights, sampler, pairs: pairs, needed: settings.neededPositions, aim: aim, using: &generator)
  }

  /// Held-out accuracy of ``parameters``.
  func accuracy(pairs: Int, seed: UInt64) -> Double {
    var generator = SeededGenerator(seed: seed, stream: "evaluation \(pairs)")
    return measure.accuracy(average.weights, sampler, pairs: pairs, using: &generator)
  }

  /// Mean losses of one step, per counted position.
  struct Losses {
    var behaviour = 0.0
    var guide = 0.0
    var iit = 0.0
    var strict = 0.0
  }

  func step() -> Losses {
    var losses = Losses()
    let blocks = batch.blocks
    pass.begin()
    lastSwaps.removeAll(keepingCapacity: true)
    lastPatches.removeAll(keepingCapacity: true)
    let replays = blocks / 2 / settings.hardEvery
    let plans = (0..<blocks / 2).map { state.plan(sampler, isReplay: $0 < replays) }
    batch.draw(plans.map(\.pairs), sampler, .training, into: pass.plain, using: &state.generator)
    pass.plain.forward(pass.weights)
    if settings.iitWeight > 0 {
      probes.begin()
      losses.guide = guide(plans)
      for block in 0..<blocks { losses.iit += trainNodes(plans[block / 2], block: block) / Double(blocks) }
      if guideShare > 0 { probes.finish(learningRate: Float(learningRate)) }
    }
    for block in 0..<blocks {
      if settings.strictWeight > 0 { losses.strict += trainOutside(block) / Double(blocks) }
      let own = batch.targets(block: block)
      let logits = pass.plain.activations.logits[batch.layout.blocks[block]]
      let score = loss.score(logits, own.targets, weight: weight(settings.behaviourWeight, own.counted))
      losses.behaviour += score.meanLoss / Double(blocks)
    }
    pass.finish()
    let matrixRate = settings.matrixRate * state.schedule.factor(step: state.step, settings)
    optimiser.update(
      pass.weights, pass.gradient, learningRate: Float(learningRate), matrixRate: Float(matrixRate),
      decay: Float(matrixRate * settings.weightDecay))
    average.update(pass.weights)
    state.step += 1
    return losses
  }

  /// What readings of variables weigh in this step.
  private var guideShare: Double { settings.guideWeight * state.schedule.guidance(step: state.step) }

  /// Reads the variables of one of every block's nodes; returns the mean loss.
  private func guide(_ plans: [SwapCurriculum.Plan]) -> Double {
    let share = guideShare
    guard share > 0 else { return 0 }
    var total = 0.0
    for block in 0..<batch.blocks {
      let nodes = plans[block / 2].nodes(block)
      let node = nodes[state.generator.index(below: nodes.count)]
      let reading = VariableProbes.Reading(
        positions: batch.layout.blocks[block].positions,
        output: { [pass] in pass.plain.output(of: $0, block: block, into: $1) },
        receive: { [pass] in pass.plain.receive($0, of: $1, block: block) },
        values: { [batch] in batch.values(of: $0, block: block, scale: $1) })
      total += probes.train(node, reading) { weight(share, $0) }
    }
    return total / Double(batch.blocks)
  }

  /// Reads the variables of one node behind a swap, which is the last that was run.
  private func guide(behind swapped: [Int], _ swap: Swap) {
    let share = guideShare
    guard share > 0 else { return }
    let behind = nodes.aligned.indices.filter { node in
      !swapped.contains(node) && swapped.contains { model.depends(node, on: $0) }
    }
    guard !behind.isEmpty else { return }
    let block = swap.base
    let reading = VariableProbes.Reading(
      positions: batch.layout.blocks[block].positions,
      output: { [pass] in pass.swapped.output(of: $0, swap, over: pass.plain, into: $1) },
      receive: { [pass] in pass.swapped.receive($0, of: $1, swap, over: pass.plain) },
      values: { [batch] in batch.swappedValues(of: $0, block: block, scale: $1) })
    _ = probes.train(behind[state.generator.index(below: behind.count)], reading) { weight(share, $0) }
  }

  /// Swaps a node of the circuit in a block, or several; returns the mean loss.
  private func trainNodes(_ plan: SwapCurriculum.Plan, block: Int) -> Double {
    let swapped = plan.nodes(block)
    let wanted = batch.targets(block: block, swapping: swapped)
    let components = ComponentSet(swapped.map { nodes.aligned[$0] }, config: config)
    let swap = batch.swap(components, block: block)
    let score = train(swap, wanted.targets, wanted.counted, settings.iitWeight) {
      guide(behind: swapped, swap)
    }
    state.note(plan, block: block, batch, score, changed: wanted.changed)
    return score.meanLoss
  }

  /// Changes what must not matter: an edge that the circuit does not have, or components outside it; returns the mean
  /// loss.
  private func trainOutside(_ block: Int) -> Double {
    let wanted = batch.targets(block: block)
    if !strictEdges.edges.isEmpty,
      state.generator.uniform() < settings.edgeShare || nodes.outside.isEmpty
    {
      return trainEdge(block, wanted.targets, wanted.counted)
    }
    guard !nodes.outside.isEmpty else { return 0 }
    let kind = state.curriculum.drawStrictness(using: &state.generator)
    let score = train(
      outsideSwap(block, kind), wanted.targets, wanted.counted, settings.strictWeight)
    state.curriculum.note(kind, score)
    return score.meanLoss
  }

  /// Patches an edge that the circuit does not have, or several into one target.
  private func trainEdge(_ block: Int, _ targets: Targets, _ counted: Int) -> Double {
    var edge: Int?
    var patched = strictEdges.draw(using: &state.generator)
    if state.generator.next() & 1 == 0 {
      let drawn = state.curriculum.drawEdge(using: &state.generator)
      edge = drawn
      patched = strictEdges.edges[drawn]
    }
    guard let patched else { return 0 }
    let patch = batch.patch(patched, block: block)
    let logits = pass.forward(patch)
    let score = loss.score(logits, targets, weight: weight(settings.strictWeight, counted))
    pass.backward(patch)
    lastPatches.append(patch)
    if let edge { state.curriculum.note(edge: edge, score) }
    return score.meanLoss
  }

  /// A swap of components outside the circuit, or zeros in their place.
  private func outsideSwap(_ block: Int, _ kind: SwapCurriculum.Strictness) -> Swap {
    var components = ComponentSet([Component](), config: config)
    let takesAll = kind == .all || kind == .allZero
    for component in nodes.outside where takesAll || state.generator.next() & 1 == 0 {
      components.insert(component)
    }
    if components.isEmpty {
      components.insert(nodes.outside[state.generator.index(below: nodes.outside.count)])
    }
    switch kind {
    case .some, .all: return batch.swap(components, block: block)
    case .someZero, .allZero: return Swap(base: block, origin: .zero, components: components)
    }
  }

  /// - Parameter read: called between the way forward and the way back
  private func train(
    _ swap: Swap, _ targets: Targets, _ counted: Int, _ share: Double, read: () -> Void = {}
  ) -> BlockScore {
    let logits = pass.forward(swap)
    let score = loss.score(logits, targets, weight: weight(share, counted))
    read()
    pass.backward(swap, throughSource: settings.throughSource)
    lastSwaps.append(swap)
    return score
  }

  /// A block's positions weigh alike, and the blocks of a step do.
  private func weight(_ share: Double, _ counted: Int) -> Float {
    Float(share / Double(max(counted, 1) * batch.blocks))
  }
}

extension BlockScore {
  /// Per counted position.
  var meanLoss: Double { counted == 0 ? 0 : loss / Double(counted) }
}
