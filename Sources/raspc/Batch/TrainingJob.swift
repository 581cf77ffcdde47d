import Artifacts
import Compiler
import Diagnostics
import Discovery
import Foundation
import Rendering
import Training
import Transformer

/// One circuit of a batch: compiled, trained from where an earlier run stopped, and written.
struct TrainingJob: Sendable {
  /// What the command line chooses about training.
  struct Choices: Sendable {
    var seed: UInt64
    var epochs: Int?
    var steps: Int?
    /// Train even what is up to date.
    var force = false
    /// Seconds between checkpoints.
    var checkpointSeconds = 10.0
  }

  let task: CircuitTask
  private let choices: Choices
  private let plan: Plan

  /// What there is to do.
  private enum Plan {
    case nothing(MetaFile.TrainingRecord)
    case train(CompiledCircuit, SIITSettings, PendingTraining)
    case report(String)
  }

  /// How a job ended.
  enum Outcome: Sendable {
    case trained(MetaFile.TrainingRecord)
    case upToDate(MetaFile.TrainingRecord)
    case failed(String)

    var record: MetaFile.TrainingRecord? {
      switch self {
      case .trained(let record), .upToDate(let record): record
      case .failed: nil
      }
    }
  }

  /// Limits on the inputs, and their tokens, that node effects are measured on. All their activations are in
  /// memory at once; with more of them, evaluating a large circuit would take more memory than training it.
  private static let evaluatedInputs = 200
  private static let evaluatedTokens = 3000

  /// Steps between reports to the display.
  private static let reportInterval = 10

  /// Finds out what there is to do: compiles the circuit where its folder is not up to date.
  init(planning task: CircuitTask, _ choices: Choices) {
    self.task = task
    self.choices = choices
    do {
      plan = try Self.plan(task, choices)
    } catch {
      plan = .report("\(error)")
    }
  }

  private static func plan(_ task: CircuitTask, _ choices: Choices) throws -> Plan {
    let settings = try settings(of: task, choices)
    let pending = try PendingTraining(task.meta(nil), seed: choices.seed, settings: settings)
    if !choices.force, let record = task.folder.current(pending.meta)?.training, pending.matches(record),
      task.folder.has(.ll)
    {
      return .nothing(record)
    }
    return .train(try task.compile(), settings, pending)
  }

  /// What is doubtful about the program, for a circuit that is to be trained.
  func warnings() -> [Diagnostic] {
    guard case .train(let compiled, _, _) = plan else { return [] }
    return compiled.idleVariables().map(\.diagnostic)
  }

  /// How long the job takes by comparison with others.
  var work: Double {
    // Everything but the training steps takes about as long as the steps of a small circuit.
    let least = 20_000.0
    guard case .train(let compiled, _, _) = plan else { return least }
    let config = TransformerConfig.trained(for: compiled)
    let attention = 4 * config.heads * config.dHead * config.dModel
    return least + Double(config.layers * (attention + 2 * config.dModel * config.dMLP) * config.context)
  }

  /// Does the work; every error becomes part of the outcome.
  func run(_ display: ProgressDisplay) -> Outcome {
    do {
      AtomicFile.removeLeftovers(in: task.folder.url)
      switch plan {
      case .nothing(let record):
        removeCheckpoint()
        if !isEvaluated { try evaluate(MeasuredCircuit(task.folder, model: .ll)) }
        return .upToDate(record)
      case .train(let compiled, let settings, let pending):
        return .trained(try train(compiled, settings, pending, display))
      case .report(let reason):
        return .failed(reason)
      }
    } catch {
      return .failed("\(error)")
    }
  }

  private func train(
    _ compiled: CompiledCircuit, _ settings: SIITSettings, _ pending: PendingTraining,
    _ display: ProgressDisplay
  ) throws -> MetaFile.TrainingRecord {
    let trained = try trainCircuit(compiled, settings, pending, display)
    display.update(task.name, fraction: 1, detail: "training the behaviour-only baseline")
    let natural = NaturalTraining.train(
      compiled, config: trained.parameters.config, settings: settings, seed: choices.seed
    ).parameters
    try task.folder.write(natural, as: .natural, name: task.name)
    var meta = task.meta(compiled)
    let worst = WorstCases(
      of: trained.parameters, compiled, settings: settings, trainingSeed: choices.seed, seed: choices.seed)
    let record = MetaFile.TrainingRecord(trained, pending, worstCases: worst, natural: natural)
    meta.training = record
    try writeMetrics(trained.updates)
    let places = Dictionary(
      uniqueKeysWithValues: zip(compiled.causalModel.nodes, trained.nodes.aligned))
    try task.folder.write(trained: trained.parameters, of: compiled, meta: meta, places: places)
    removeCheckpoint()
    display.update(task.name, fraction: 1, detail: "evaluating")
    try evaluate(
      MeasuredCircuit(
        folder: task.folder, compiled: compiled, model: .ll, parameters: trained.parameters,
        settings: settings, trainingSeed: choices.seed))
    return record
  }

  /// Trains from where an earlier run stopped. The trainer's memory is freed on return.
  private func trainCircuit(
    _ compiled: CompiledCircuit, _ settings: SIITSettings, _ pending: PendingTraining,
    _ display: ProgressDisplay
  ) throws -> TrainedCircuit {
    let trainer = try SIITTrainer(compiled, settings: settings, seed: choices.seed)
    if choices.force || !resume(trainer, pending) {
      removeCheckpoint()
      try task.folder.write(compiled, meta: task.meta(compiled), keepsTrained: false)
      try AtomicFile.writeJSON(pending, to: task.folder.pendingURL)
    }
    return try trainer.train(events(display))
  }

  private var isEvaluated: Bool { task.folder.has(task.folder.evaluationURL) }

  /// Writes `eval.json` as `raspc eval` does.
  private func evaluate(_ circuit: MeasuredCircuit) throws {
    let longest = circuit.compiled.circuit.lengths.upperBound
    let inputs = max(1, min(Self.evaluatedInputs, Self.evaluatedTokens / longest))
    try circuit.evaluate(beside: circuit.natural(), seed: 0, inputs: inputs)
  }

  private static func settings(of task: CircuitTask, _ choices: Choices) throws -> SIITSettings {
    var settings: SIITSettings
    do throws(SettingsError) {
      settings = try SIITSettings().overridden(by: task.circuit.training)
    } catch {
      throw Failure("circuit '\(task.name)' of \(task.program.path): \(error)")
    }
    if let steps = choices.steps { settings.steps = steps }
    if let epochs = choices.epochs {
      settings.steps = max(1, epochs * TrainingOptions.inputsPerEpoch / settings.batch)
    }
    return settings
  }

  /// Resumes from the checkpoint of an earlier run, if it belongs to the same training.
  private func resume(_ trainer: SIITTrainer, _ pending: PendingTraining) -> Bool {
    guard let stored = try? FileReader.json(PendingTraining.self, task.folder.pendingURL), stored == pending,
      task.folder.current(pending.meta) != nil,
      let data = try? FileReader.data(task.folder.checkpointURL),
      let checkpoint = try? TrainingCheckpoint(decoding: data)
    else { return false }
    return (try? trainer.resume(checkpoint)) != nil
  }

  private func removeCheckpoint() {
    for url in [task.folder.checkpointURL, task.folder.pendingURL] {
      try? FileManager.default.removeItem(at: url)
    }
  }

  private func events(_ display: ProgressDisplay) -> TrainingEvents {
    var last = ""
    return TrainingEvents(
      step: { rounds, step, steps in
        guard step.isMultiple(of: Self.reportInterval) else { return }
        let again = rounds == 0 ? "" : ", round \(rounds + 1)"
        display.update(
          task.name, fraction: Double(step) / Double(steps), detail: "step \(step) of \(steps)\(again)\(last)"
        )
      },
      evaluation: { update in
        let report = update.report
        last =
          "; accuracy \(Numbers.percent(report.accuracy.share)), IIA \(Numbers.percent(report.worstIIA)), "
          + "SIIA \(Numbers.percent(report.worstSIIA))"
      },
      checkpoint: { checkpoint in
        try writeMetrics(checkpoint.updates)
        try AtomicFile.write(try checkpoint.encoded(), to: task.folder.checkpointURL)
      },
      secondsBetweenCheckpoints: choices.checkpointSeconds)
  }

  private func writeMetrics(_ updates: [TrainingUpdate]) throws {
    try AtomicFile.write(MetricsFile.encoded(updates), to: task.folder.metricsURL)
  }
}
