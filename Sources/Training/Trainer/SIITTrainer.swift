import Compiler
import Foundation
import Transformer

/// Trains a transformer to hold a compiled circuit: strict interchange intervention training (arXiv
/// 2407.14494, section 3).
///
/// It trains in rounds until accuracy and every node's IIA and SIIA reach the target on held-out inputs, with
/// a margin. Rounds continue with the same weights; if they reach a plateau short of the target, a new
/// attempt begins, with a seed of its own and a larger transformer. The result is measured on pairs of inputs
/// that influenced no earlier decision. The same seed gives the same weights, byte for byte.
package final class SIITTrainer {
  /// Raised when the same program, settings and seed give different weights, so that folders made by an
  /// earlier trainer are out of date.
  package static let version = 9

  /// How much an edge outside the circuit may change if training is to end: about half of what most edges
  /// inside do. After this many rounds, it no longer matters.
  private static let edgeShare = 0.1
  private static let edgeRounds = 2

  package let compiled: CompiledCircuit
  package let settings: SIITSettings
  private let seed: UInt64
  private let sampler: InputSampler
  private let strictEdges: StrictEdges
  private(set) var attempt: SIITAttempt
  private var progress = TrainingProgress()
  private var best: Parameters?

  /// Throws ``TrainingError`` if no transformer can be trained to hold the circuit.
  package init(_ compiled: CompiledCircuit, settings: SIITSettings, seed: UInt64) throws(TrainingError) {
    self.compiled = compiled
    self.settings = settings
    self.seed = seed
    let config = TransformerConfig.trained(for: compiled)
    let aligned = SIITNodes(compiled, config: config).aligned
    guard !aligned.isEmpty else {
      throw TrainingError("no component holds a variable of the circuit, so there is nothing to train")
    }
    guard config.holds(aligned) else {
      throw TrainingError("the transformer to train is too small to hold the circuit's components")
    }
    guard config.components.count <= ComponentSet.limit else {
      throw TrainingError(
        "the transformer to train would have \(config.components.count) components; at most "
          + "\(ComponentSet.limit) can be swapped")
    }
    sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: seed)
    // Later attempts are wider, but have the same components.
    strictEdges = StrictEdges(compiled, config: config, sampler)
    attempt = SIITAttempt(
      compiled, config: config, strictEdges, settings: settings, sampler: sampler, seed: seed, index: 0)
  }

  /// Trains from the current state until the target is reached or the budget is spent.
  package func train(_ events: TrainingEvents = TrainingEvents()) throws -> TrainedCircuit {
    let start = DispatchTime.now().uptimeNanoseconds
    let secondsBefore = progress.seconds
    func seconds() -> Double { Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9 }
    var lastCheckpoint = 0.0
    while !progress.isDone {
      if progress.attemptIsOver { begin(attempt: progress.attempt + 1) }
      let losses = attempt.step()
      progress.stepsTaken += 1
      try events.step(progress.rounds, attempt.state.step, attempt.roundEnd)
      if attempt.state.step.isMultiple(of: settings.evaluateEvery) || attempt.state.step == attempt.roundEnd {
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
    guard let best, let report = progress.result else {
      throw TrainingError("the checkpoint belongs to a run that ended without a result")
    }
    return TrainedCircuit(
      parameters: best, nodes: SIITNodes(compiled, config: best.config), report: report,
      reached: report.reaches(settings.target), attempts: progress.attempt + 1,
      steps: progress.stepsTaken, seconds: progress.seconds, heldOutIsDisjoint: sampler.isDisjoint,
      updates: progress.updates)
  }

  /// Everything that training needs to continue from here and end with the same bytes.
  package func checkpoint() -> TrainingCheckpoint {
    TrainingCheckpoint(
      progress: progress, attempt: attempt.snapshot, best: best.map { PackedParameters($0).values })
  }

  /// Restores a checkpoint of the same circuit, settings and seed; throws ``TrainingError`` for any other.
  package func resume(_ checkpoint: TrainingCheckpoint) throws(TrainingError) {
    begin(attempt: checkpoint.progress.attempt)
    try attempt.restore(checkpoint.attempt)
    if let values = checkpoint.best {
      var packed = PackedParameters(config: config(attempt: checkpoint.progress.bestAttempt))
      guard packed.values.count == values.count else {
        throw TrainingError("the checkpoint belongs to a transformer of another size")
      }
      packed.values = values
      best = packed.unpacked()
    } else {
      best = nil
    }
    progress = checkpoint.progress
  }

  private func config(attempt: Int) -> TransformerConfig {
    .trained(for: compiled, growth: attempt)
  }

  private func begin(attempt index: Int) {
    attempt = SIITAttempt(
      compiled, config: config(attempt: index), strictEdges, settings: settings, sampler: sampler, seed: seed,
      index: index)
    progress.attempt = index
    progress.attemptIsOver = false
  }

  /// Measures the current state and decides how to continue.
  private func evaluate(_ losses: TrainingStep.Losses) -> TrainingUpdate {
    let (index, step, rate) = (progress.attempt, attempt.state.step, attempt.learningRate)
    var report = attempt.measure(pairs: settings.evaluationPairs, seed: seed)
    attempt.note(report.worst)
    let roundIsOver = step == attempt.roundEnd
    let aim = settings.aim(rounds: attempt.round)
    // A small sample shows too little of each edge to judge them one by one.
    let edgesMayHold = report.edges.overallShare >= settings.target || attempt.round >= Self.edgeRounds
    if report.worst >= aim && edgesMayHold || roundIsOver {
      report = attempt.measureThoroughly(
        pairs: settings.finalPairs, seed: seed, aim: roundIsOver ? nil : aim)
      let isGood = report.worst >= aim && hasOnlyItsEdges(report)
      if isGood || report.worst > progress.bestReport?.worst ?? -1 {
        progress.bestReport = report
        progress.bestAttempt = progress.attempt
        best = attempt.parameters
      }
      if isGood {
        let result = measureResult()
        if result.worst >= settings.confirmation(rounds: attempt.round) { end(with: result) }
      }
    }
    if roundIsOver && !progress.isDone {
      progress.rounds += 1
      if progress.rounds == settings.rounds {
        end(with: measureResult())
      } else if settings.isPromising(
        report.worst, previous: attempt.state.schedule.worst, rounds: attempt.round + 1)
      {
        attempt.beginRound(report.worst)
      } else {
        progress.attemptIsOver = true
      }
    }
    return TrainingUpdate(
      attempt: index, step: step, learningRate: rate, guideLoss: losses.guide,
      behaviourLoss: losses.behaviour, iitLoss: losses.iit, strictLoss: losses.strict, report: report)
  }

  /// Whether every edge outside the circuit does next to nothing, or training has already taken long enough.
  private func hasOnlyItsEdges(_ report: SIITReport) -> Bool {
    guard attempt.round < Self.edgeRounds, let worst = report.worstEdge else { return true }
    return worst.overallShare >= 1 - Self.edgeShare
  }

  /// Scores the best weights on pairs that influenced no decision.
  private func measureResult() -> SIITReport {
    guard let best else { preconditionFailure("no round has ended") }
    return SIITReport(
      measuring: best, compiled, strictEdges, settings: settings, sampler: sampler, seed: seed,
      stream: "result \(progress.stepsTaken)")
  }

  private func end(with result: SIITReport) {
    progress.result = result
    progress.isDone = true
  }
}
