import Compiler
import Foundation
import Transformer

/// Trains a transformer to hold a compiled circuit: strict interchange intervention training
/// (arXiv 2407.14494, section 3).
///
/// A step runs a batch of inputs once. On top of it, every block of sequences is run twice more with
/// activations of its partner's swapped in: once those of the component aligned with a variable, where the
/// output must be the program's with that variable swapped, and once those of random components outside the
/// circuit, where it must stay. The same seed gives the same weights, byte for byte.
public final class SIITTrainer {
  public let compiled: CompiledCircuit
  public let settings: SIITSettings
  public let config: TransformerConfig
  public let nodes: SIITNodes
  private let seed: UInt64
  private let sampler: InputSampler
  private let alignedSets: [ComponentSet]
  private let loss: LossKernel
  private let batch: PairBatch
  private let measure: SIITMeasure
  private let pass: TrainingPass
  private let adam: AdamKernel
  private var progress: TrainingProgress
  private var best: Parameters?

  public init(_ compiled: CompiledCircuit, settings: SIITSettings, seed: UInt64) throws(TrainingError) {
    self.compiled = compiled
    self.settings = settings
    self.seed = seed
    config = .trained(for: compiled)
    nodes = SIITNodes(compiled, config: config)
    guard config.components.count <= ComponentSet.limit else {
      throw TrainingError(
        "the transformer to train would have \(config.components.count) components; at most "
          + "\(ComponentSet.limit) can be swapped")
    }
    guard let highest = nodes.aligned.max(), highest.layer < config.layers, config.holds(nodes.aligned)
    else {
      throw TrainingError(
        nodes.aligned.isEmpty
          ? "the circuit has no variable that a component holds"
          : "the transformer to train is too small to hold the circuit's components")
    }
    sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: seed)
    alignedSets = nodes.aligned.map { [config] in ComponentSet([$0], config: config) }
    loss = LossKernel(for: compiled, tolerance: settings.tolerance)
    let blocks = max(2, settings.batch / laneCount / 2 * 2)
    batch = PairBatch(compiled, blocks: blocks)
    measure = SIITMeasure(compiled, config: config, nodes: nodes, tolerance: settings.tolerance)
    pass = TrainingPass(
      parameters: Parameters(config: config), capacity: PairBatch.capacity(config, blocks: blocks))
    adam = AdamKernel(
      .init(
        beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: 1e-8,
        clipping: Float(settings.clipping)),
      count: pass.weights.count)
    progress = TrainingProgress(
      generator: SeededGenerator(seed: seed), alignedSampler: NodeSampler(count: nodes.aligned.count))
    begin(attempt: 0)
  }

  /// Trains until the target is met or the budget spent, from where the trainer stands.
  public func train(_ events: TrainingEvents = TrainingEvents()) throws -> TrainedCircuit {
    let start = DispatchTime.now().uptimeNanoseconds
    let secondsBefore = progress.seconds
    func seconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
    var lastCheckpoint = 0.0
    while !progress.isDone {
      if progress.step == settings.steps { begin(attempt: progress.attempt + 1) }
      let losses = step()
      try events.step(progress.attempt, progress.step, settings.steps)
      if progress.step.isMultiple(of: settings.evaluateEvery) || progress.step == settings.steps {
        let update = evaluate(losses)
        progress.updates.append(update)
        try events.evaluation(update)
      }
      progress.seconds = secondsBefore + seconds()
      if progress.isDone || seconds() - lastCheckpoint >= events.secondsBetweenCheckpoints {
        lastCheckpoint = seconds()
        try events.checkpoint(checkpoint())
      }
    }
    return TrainedCircuit(
      parameters: best ?? pass.weights.parameters(), nodes: nodes,
      report: progress.bestReport ?? SIITReport(accuracy: .init(node: "output", correct: 0, counted: 0)),
      reached: progress.isReached(settings), attempts: progress.attempt + 1, steps: progress.stepsTaken,
      seconds: progress.seconds, heldOutIsDisjoint: sampler.isDisjoint, updates: progress.updates)
  }

  /// All that training needs to go on from here and end with the same bytes.
  public func checkpoint() -> TrainingCheckpoint {
    TrainingCheckpoint(
      progress: progress, weights: pass.weights.values, moments: adam.moments, adamSteps: adam.steps,
      best: best.map { PackedParameters($0).values })
  }

  /// Goes back to a checkpoint of the same circuit, settings and seed; throws ``TrainingError`` for another's.
  public func resume(_ checkpoint: TrainingCheckpoint) throws(TrainingError) {
    let count = pass.weights.count
    guard checkpoint.weights.count == count, checkpoint.moments.count == 2 * count,
      checkpoint.best.map({ $0.count == count }) ?? true
    else { throw TrainingError("the checkpoint is of a transformer of another size") }
    pass.weights.load(checkpoint.weights)
    adam.restore(moments: checkpoint.moments, steps: checkpoint.adamSteps)
    best = checkpoint.best.map {
      var packed = PackedParameters(config: config)
      packed.values = $0
      return packed.unpacked()
    }
    progress = checkpoint.progress
  }

  private func begin(attempt: Int) {
    var generator = SeededGenerator(seed: seed, stream: "initialisation \(attempt)")
    let parameters = Parameters.initialised(config: config, using: &generator)
    pass.weights.load(PackedParameters(parameters).values)
    adam.restore(moments: [Float](repeating: 0, count: 2 * pass.weights.count), steps: 0)
    progress.attempt = attempt
    progress.step = 0
    progress.generator = SeededGenerator(seed: seed, stream: "training \(attempt)")
    progress.alignedSampler = NodeSampler(count: nodes.aligned.count)
  }

  /// Mean losses of one step, per counted position.
  private struct Losses {
    var behaviour = 0.0
    var iit = 0.0
    var strict = 0.0
  }

  private func step() -> Losses {
    var losses = Losses()
    let blocks = batch.blocks
    pass.begin()
    batch.draw(sampler, .training, into: pass.plain, using: &progress.generator)
    pass.plain.forward(pass.weights)
    for block in 0..<blocks {
      let node = progress.drawNode()
      let swap = Swap(base: block, source: block ^ 1, components: alignedSets[node])
      let score = train(swap, batch.targets(block: block, swapping: [node]), settings.iitWeight)
      progress.alignedSampler.note(node, score)
      losses.iit += score.meanLoss / Double(blocks)
    }
    for block in 0..<blocks {
      let own = batch.targets(block: block)
      if let components = drawOutside() {
        let score = train(
          Swap(base: block, source: block ^ 1, components: components), own, settings.strictWeight)
        losses.strict += score.meanLoss / Double(blocks)
      }
      let logits = pass.plain.activations.logits[batch.layout.blocks[block]]
      let score = loss.score(logits, own.targets, weight: weight(settings.behaviourWeight, own.counted))
      losses.behaviour += score.meanLoss / Double(blocks)
    }
    pass.finish()
    adam.update(pass.weights, pass.gradient, learningRate: Float(learningRate(progress.step)))
    progress.step += 1
    progress.stepsTaken += 1
    return losses
  }

  private func train(_ swap: Swap, _ wanted: (targets: Targets, counted: Int), _ share: Double)
    -> BlockScore
  {
    let logits = pass.forward(swap)
    let score = loss.score(logits, wanted.targets, weight: weight(share, wanted.counted))
    pass.backward(swap, throughSource: settings.throughSource)
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
    for component in nodes.outside where progress.generator.next() & 1 == 0 { set.insert(component) }
    if set.isEmpty { set.insert(nodes.outside[progress.generator.index(below: nodes.outside.count)]) }
    return set
  }

  /// A linear rise over the warm-up, then half a cosine down.
  private func learningRate(_ step: Int) -> Double {
    if step < settings.warmup {
      return settings.learningRate * Double(step + 1) / Double(settings.warmup)
    }
    let done = Double(step - settings.warmup) / Double(max(1, settings.steps - settings.warmup))
    let cosine = 0.5 * (1 + cos(Double.pi * done))
    return settings.learningRate * (settings.finalRate + (1 - settings.finalRate) * cosine)
  }

  /// Measures where training stands; with the target in sight, or at an attempt's end, on more pairs.
  private func evaluate(_ losses: Losses) -> TrainingUpdate {
    var report = measure(pairs: settings.evaluationPairs)
    let isLast = progress.step == settings.steps
    if report.worst >= settings.target || isLast {
      report = measure(pairs: settings.finalPairs)
      if report.worst > progress.bestReport?.worst ?? -1 {
        progress.bestReport = report
        best = pass.weights.parameters()
      }
      progress.isDone =
        progress.isReached(settings) || isLast && progress.attempt + 1 >= settings.attempts
    }
    return TrainingUpdate(
      attempt: progress.attempt, step: progress.step, learningRate: learningRate(progress.step),
      behaviourLoss: losses.behaviour, iitLoss: losses.iit, strictLoss: losses.strict, report: report)
  }

  private func measure(pairs: Int) -> SIITReport {
    // Evaluations draw from their own stream, so that how often they are made changes no weight.
    var generator = SeededGenerator(seed: seed, stream: "evaluation \(pairs)")
    return measure.measure(pass.weights, sampler, pairs: pairs, using: &generator)
  }
}

extension TransformerConfig {
  fileprivate func holds(_ components: [Component]) -> Bool {
    components.allSatisfy { component in
      guard component.layer < layers else { return false }
      if case .head(_, let head) = component { return head < heads }
      return true
    }
  }
}

extension BlockScore {
  fileprivate var meanLoss: Double { counted == 0 ? 0 : loss / Double(counted) }
}
