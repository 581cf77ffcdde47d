import Compiler
import Transformer

/// One attempt to train a transformer: a size, an initialisation, and a stream of inputs.
final class SIITAttempt {
  let config: TransformerConfig
  private(set) var state: AttemptState
  private let settings: SIITSettings
  private let sampler: InputSampler
  private let trainingStep: TrainingStep
  private let measure: SIITMeasure
  private let index: Int

  /// - Parameters:
  ///   - strictEdges: edges along which nothing may flow; ``StrictEdges/none`` if none is trained or measured
  ///   - index: counts attempts from 0; every attempt has random numbers of its own
  init(
    _ compiled: CompiledCircuit, config: TransformerConfig, _ strictEdges: StrictEdges,
    settings: SIITSettings, sampler: InputSampler, seed: UInt64, index: Int
  ) {
    self.config = config
    self.settings = settings
    self.sampler = sampler
    self.index = index
    let nodes = SIITNodes(compiled, config: config)
    trainingStep = TrainingStep(
      compiled, config: config, nodes: nodes, strictEdges, settings: settings, sampler: sampler, seed: seed,
      stream: index)
    measure = SIITMeasure(
      compiled, config: config, nodes: nodes, strictEdges, tolerance: settings.tolerance)
    state = AttemptState(
      schedule: LearningRateSchedule(settings),
      generator: SeededGenerator(seed: seed, stream: "training \(index)"),
      curriculum: SwapCurriculum(
        nodes: nodes.aligned.count, edges: strictEdges.edges.count,
        effectiveShare: settings.effectiveShare,
        jointShare: settings.jointShare))
  }

  func step() -> TrainingStep.Losses { trainingStep.run(&state) }

  /// The attempt's result so far: the mean of its weights over the last steps.
  var parameters: Parameters { trainingStep.average.weights.parameters() }

  // MARK: Rounds

  /// The number of steps of the attempt at the end of the current round.
  var roundEnd: Int { state.schedule.end }
  /// The number of completed rounds.
  var round: Int { state.schedule.round }

  /// Adam's learning rate in the next step.
  var learningRate: Double { state.learningRate(settings) }

  /// Records the worst node's share, on which the learning rate depends.
  func note(_ worst: Double) { state.schedule.note(worst, step: state.step, settings) }

  /// Starts another round, at a lower rate if the worst node is near the target.
  func beginRound(_ worst: Double) { state.schedule.beginRound(worst, settings) }

  // MARK: Snapshots

  var snapshot: AttemptSnapshot { AttemptSnapshot(state, trainingStep) }

  /// Restores a snapshot of an attempt of the same size.
  func restore(_ snapshot: AttemptSnapshot) throws(TrainingError) {
    try snapshot.restore(trainingStep)
    state = snapshot.state
  }

  // MARK: Benchmarks

  /// What the last step ran.
  var lastWork: StepWork { trainingStep.work }

  /// The bytes that a step works on.
  var byteCount: Int { trainingStep.byteCount }

  // MARK: Measures

  /// Scores ``parameters`` on some pairs, different ones after every step: a fixed sample with one pair that
  /// is hard to learn would hide how rare such pairs are.
  func measure(pairs: Int, seed: UInt64) -> SIITReport {
    var generator = SeededGenerator(seed: seed, stream: "evaluation \(index) step \(state.step)")
    return measure.measure(
      trainingStep.average.weights, sampler, pairs: pairs, needed: pairs / 8, using: &generator)
  }

  /// Scores ``parameters`` on more pairs, which no other call uses.
  ///
  /// - Parameter aim: the target; the measurement may end as soon as a figure cannot reach it
  func measureThoroughly(pairs: Int, seed: UInt64, aim: Double? = nil) -> SIITReport {
    var generator = SeededGenerator(seed: seed, stream: "attempt \(index) step \(state.step)")
    return measure.measure(
      trainingStep.average.weights, sampler, pairs: pairs, needed: settings.neededPositions, aim: aim,
      using: &generator)
  }

  /// Held-out accuracy of ``parameters``.
  func accuracy(pairs: Int, seed: UInt64) -> Double {
    var generator = SeededGenerator(seed: seed, stream: "evaluation \(pairs)")
    return measure.accuracy(trainingStep.average.weights, sampler, pairs: pairs, using: &generator)
  }
}
