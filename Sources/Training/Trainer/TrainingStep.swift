import Compiler
import Transformer

/// One training step, and everything in it that learns.
///
/// A step runs a batch of inputs once. Then every block of sequences is run twice more with activations of
/// its partner swapped in, by a map between any two lengths and positions. In one run, they are those of the
/// component aligned with a variable, and the output must be the program's with that variable swapped; in the
/// other, they are those of random components outside the circuit, and the output must stay the same. At
/// first, variables are also read directly from their components.
final class TrainingStep {
  let pass: TrainingPass
  let optimiser: Optimiser
  let probes: VariableProbes
  let average: WeightAverage
  /// What the last step ran.
  private(set) var work = StepWork()
  private let config: TransformerConfig
  private let nodes: SIITNodes
  private let strictEdges: StrictEdges
  private let settings: SIITSettings
  private let sampler: InputSampler
  private let loss: LossKernel
  private let batch: PairBatch
  private let model: CausalModel
  private let attentionGuide: AttentionGuide

  /// - Parameter stream: names the initialisation and the first batch of a seed
  init(
    _ compiled: CompiledCircuit, config: TransformerConfig, nodes: SIITNodes, _ strictEdges: StrictEdges,
    settings: SIITSettings, sampler: InputSampler, seed: UInt64, stream: Int
  ) {
    self.config = config
    self.nodes = nodes
    self.strictEdges = strictEdges
    self.settings = settings
    self.sampler = sampler
    model = compiled.causalModel
    attentionGuide = AttentionGuide(model, aligned: nodes.aligned)
    loss = LossKernel(for: compiled, tolerance: settings.tolerance)
    let blocks = max(2, settings.batch / laneCount / 2 * 2)
    batch = PairBatch(compiled, blocks: blocks, tolerance: settings.tolerance)
    var generator = SeededGenerator(seed: seed, stream: "initialisation \(stream)")
    pass = TrainingPass(
      parameters: .initialised(config: config, using: &generator),
      capacity: PairBatch.capacity(config, blocks: blocks))
    let adam = AdamKernel.Settings(
      beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: 1e-8,
      clipping: Float(settings.clipping))
    optimiser = Optimiser(config, adam, momentum: Float(settings.momentum))
    average = WeightAverage(pass.weights, decay: Float(settings.averaging))
    var first = SeededGenerator(seed: seed, stream: "first batch \(stream)")
    batch.draw(sampler, .training, into: pass.plain, using: &first)
    let batch = batch
    probes = VariableProbes(compiled, config: config, adam: adam) { batch.scale(of: $0) }
  }

  /// The bytes that a step works on.
  var byteCount: Int { pass.byteCount + optimiser.byteCount + probes.byteCount }

  /// Mean losses of one step, per counted position.
  struct Losses {
    var behaviour = 0.0
    var guide = 0.0
    var iit = 0.0
    var strict = 0.0
  }

  /// Takes a step: draws a batch, adds up the losses' gradients and updates the weights.
  func run(_ state: inout AttemptState) -> Losses {
    var losses = Losses()
    let blocks = batch.blocks
    pass.begin()
    let replays = blocks / 2 / settings.hardEvery
    let plans = (0..<blocks / 2).map { state.plan(sampler, isReplay: $0 < replays) }
    batch.draw(plans.map(\.pairs), sampler, .training, into: pass.plain, using: &state.generator)
    work = StepWork(positions: batch.layout.blocks.map(\.positions))
    pass.plain.forward(pass.weights)
    let rate = Float(state.learningRate(settings))
    if settings.iitWeight > 0 {
      probes.begin()
      losses.guide = guide(plans, &state)
      for block in 0..<blocks {
        losses.iit += trainNodes(plans[block / 2], block: block, &state) / Double(blocks)
      }
      if state.guideShare(settings) > 0 { probes.finish(learningRate: rate) }
    }
    for block in 0..<blocks {
      if settings.strictWeight > 0 { losses.strict += trainOutside(block, &state) / Double(blocks) }
      let own = batch.targets(block: block)
      let logits = pass.plain.activations.logits[batch.layout.blocks[block]]
      let score = loss.score(logits, own.targets, weight: weight(settings.behaviourWeight, own.counted))
      losses.behaviour += score.meanLoss / Double(blocks)
    }
    pass.finish()
    let matrixRate = state.matrixRate(settings)
    optimiser.update(
      pass.weights, pass.gradient, learningRate: rate, matrixRate: Float(matrixRate),
      decay: Float(matrixRate * settings.weightDecay))
    average.update(pass.weights)
    state.step += 1
    return losses
  }

  // MARK: Guides

  /// Reads the variables of one node of every block, and compares the patterns of all heads with the
  /// program's selectors; returns the mean loss of the readings and patterns.
  private func guide(_ plans: [SwapCurriculum.Plan], _ state: inout AttemptState) -> Double {
    let share = state.guideShare(settings)
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
      for head in attentionGuide.heads.compactMap({ $0 }) {
        let scores = pass.plain.attention(layer: head.layer, head: head.head, block: block)
        total += attentionGuide.train(head, scores, weight: Float(share / Double(batch.blocks))) {
          batch.state(block: block, lane: $0)
        }
      }
    }
    return total / Double(batch.blocks)
  }

  /// Reads the variables of one node after the last swap, and compares the patterns of the heads that depend
  /// on it.
  private func guide(behind swapped: [Int], _ swap: Swap, _ state: inout AttemptState) {
    let share = state.guideShare(settings)
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
    for head in behind.compactMap({ attentionGuide.heads[$0] }) {
      let scores = pass.swapped.attention(layer: head.layer, head: head.head, swap, over: pass.plain)
      _ = attentionGuide.train(head, scores, weight: Float(share / Double(batch.blocks))) {
        batch.swappedState(lane: $0)
      }
    }
  }

  // MARK: Swaps and patches

  /// Swaps one or several nodes of the circuit in a block; returns the mean loss.
  private func trainNodes(
    _ plan: SwapCurriculum.Plan, block: Int, _ state: inout AttemptState
  ) -> Double {
    let swapped = plan.nodes(block)
    let wanted = batch.targets(block: block, swapping: swapped)
    let components = ComponentSet(swapped.map { nodes.aligned[$0] }, config: config)
    let swap = batch.swap(components, block: block)
    let score = train(swap, wanted.targets, wanted.counted, settings.iitWeight) {
      guide(behind: swapped, swap, &state)
    }
    state.curriculum.note(
      plan, block: block, batch, score, changed: wanted.changed, using: &state.generator)
    return score.meanLoss
  }

  /// Changes something that must not matter, an edge or components outside the circuit; returns the mean
  /// loss.
  private func trainOutside(_ block: Int, _ state: inout AttemptState) -> Double {
    let wanted = batch.targets(block: block)
    if !strictEdges.edges.isEmpty,
      state.generator.uniform() < settings.edgeShare || nodes.outside.isEmpty
    {
      return trainEdge(block, wanted.targets, wanted.counted, &state)
    }
    guard !nodes.outside.isEmpty else { return 0 }
    let kind = state.curriculum.drawStrictness(using: &state.generator)
    let swap = outsideSwap(block, kind, using: &state.generator)
    let score = train(swap, wanted.targets, wanted.counted, settings.strictWeight)
    state.curriculum.note(kind, score)
    return score.meanLoss
  }

  /// Patches an edge outside the circuit, or several into one target.
  private func trainEdge(
    _ block: Int, _ targets: Targets, _ counted: Int, _ state: inout AttemptState
  ) -> Double {
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
    work.patches.append(patch)
    if let edge { state.curriculum.note(edge: edge, score) }
    return score.meanLoss
  }

  /// A swap of components outside the circuit, or zeros in their place.
  private func outsideSwap(
    _ block: Int, _ kind: SwapCurriculum.Strictness, using generator: inout SeededGenerator
  ) -> Swap {
    var components = ComponentSet([Component](), config: config)
    let takesAll = kind == .all || kind == .allZero
    for component in nodes.outside where takesAll || generator.next() & 1 == 0 {
      components.insert(component)
    }
    if components.isEmpty {
      components.insert(nodes.outside[generator.index(below: nodes.outside.count)])
    }
    switch kind {
    case .some, .all: return batch.swap(components, block: block)
    case .someZero, .allZero: return Swap(base: block, origin: .zero, components: components)
    }
  }

  /// - Parameter read: called between the forward and the backward pass
  private func train(
    _ swap: Swap, _ targets: Targets, _ counted: Int, _ share: Double, read: () -> Void = {}
  ) -> BlockScore {
    let logits = pass.forward(swap)
    let score = loss.score(logits, targets, weight: weight(share, counted))
    read()
    pass.backward(swap, throughSource: settings.throughSource)
    work.swaps.append(swap)
    return score
  }

  /// All positions of a block have the same weight, and so do the blocks of a step.
  private func weight(_ share: Double, _ counted: Int) -> Float {
    Float(share / Double(max(counted, 1) * batch.blocks))
  }
}

extension BlockScore {
  /// Per counted position.
  var meanLoss: Double { counted == 0 ? 0 : loss / Double(counted) }
}
