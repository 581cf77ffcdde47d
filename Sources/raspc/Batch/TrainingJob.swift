import Compiler
import Discovery
import Foundation
import Rendering
import Training
import Transformer

/// One circuit of a batch: compiled, trained from where an earlier run stopped, written.
struct TrainingJob: Sendable {
  /// What the command line says about training.
  struct Choices: Sendable {
    var seed: UInt64
    var epochs: Int?
    var steps: Int?
    /// Trains even what is up to date.
    var force = false
    /// Seconds between two checkpoints.
    var checkpointSeconds = 10.0
  }

  let task: CircuitTask
  let choices: Choices

  /// What a job came to.
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

  /// Inputs that node effects are taken on, and their tokens, at most. All their activations are in memory at once, so
  /// that with more of them the evaluation of a large circuit would take more than its training.
  private static let evaluatedInputs = 200
  private static let evaluatedTokens = 3000

  /// Steps between two reports to the display.
  private static let reportInterval = 10

  private var checkpointURL: URL { task.folder.file("checkpoint.safetensors") }
  /// What the checkpoint belongs to; written before it.
  private var pendingURL: URL { task.folder.file("training.json") }

  /// Does the work; every error becomes part of the outcome.
  func run(_ display: ProgressDisplay) -> Outcome {
    do {
      return try work(display)
    } catch {
      return .failed("\(error)")
    }
  }

  private func work(_ display: ProgressDisplay) throws -> Outcome {
    let settings = try settings()
    let pending = Pending(meta: task.meta(nil), seed: choices.seed, settings: try Self.named(settings))
    AtomicFile.removeLeftovers(in: task.folder.url)
    let current = task.folder.current(pending.meta)
    if !choices.force, let record = current?.training, pending.matches(record),
      task.folder.has(task.folder.weightsURL(.ll)), task.folder.has(task.folder.configURL(.ll))
    {
      removeCheckpoint()
      try evaluate()
      return .upToDate(record)
    }

    let compiled = try task.compile()
    let trained = try train(compiled, settings, pending, display)
    display.update(task.name, fraction: 1, detail: "training a natural rival")
    let natural = NaturalTraining.train(
      compiled, config: trained.parameters.config, settings: settings, seed: choices.seed)
    try task.folder.write(natural: natural.parameters, name: task.name)
    var meta = task.meta(compiled)
    let worst = WorstCases(
      of: trained.parameters, compiled, settings: settings, trainingSeed: choices.seed, seed: choices.seed)
    let record = pending.record(trained, worst, natural: natural.parameters)
    meta.training = record
    try writeMetrics(trained.updates)
    let places = Dictionary(
      uniqueKeysWithValues: zip(compiled.causalModel.nodes, trained.nodes.aligned))
    try task.folder.write(trained: trained.parameters, of: compiled, meta: meta, places: places)
    removeCheckpoint()
    display.update(task.name, fraction: 1, detail: "evaluating")
    try evaluate()
    return .trained(record)
  }

  /// Trains from where an earlier run stopped; the trainer's memory goes with the call.
  private func train(
    _ compiled: CompiledCircuit, _ settings: SIITSettings, _ pending: Pending, _ display: ProgressDisplay
  ) throws -> TrainedCircuit {
    let trainer = try SIITTrainer(compiled, settings: settings, seed: choices.seed)
    if choices.force || !resume(trainer, pending) {
      removeCheckpoint()
      try task.folder.write(compiled, meta: task.meta(compiled), keepsTrained: false)
      try AtomicFile.writeJSON(pending, to: pendingURL)
    }
    return try trainer.train(events(display))
  }

  /// Writes `eval.json` as `raspc eval` does, unless it is there.
  private func evaluate() throws {
    guard !task.folder.has(task.folder.evaluationURL) else { return }
    let circuit = try MeasuredCircuit(task.folder, model: .ll)
    let longest = circuit.compiled.circuit.lengths.upperBound
    let inputs = max(1, min(Self.evaluatedInputs, Self.evaluatedTokens / longest))
    try circuit.evaluate(beside: circuit.natural(), seed: 0, inputs: inputs)
  }

  private func settings() throws -> SIITSettings {
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

  /// Settings under the names that files and programs use.
  private static func named(_ settings: SIITSettings) throws -> [String: MetaFile.Setting] {
    try JSONDecoder().decode([String: MetaFile.Setting].self, from: JSONEncoder().encode(settings))
  }

  /// Goes on from an earlier run's checkpoint, if it is one of the same training.
  private func resume(_ trainer: SIITTrainer, _ pending: Pending) -> Bool {
    guard let stored = try? FileReader.json(Pending.self, pendingURL), stored == pending,
      task.folder.current(pending.meta) != nil,
      let data = try? FileReader.data(checkpointURL),
      let checkpoint = try? TrainingCheckpoint(decoding: data)
    else { return false }
    return (try? trainer.resume(checkpoint)) != nil
  }

  private func removeCheckpoint() {
    for url in [checkpointURL, pendingURL] { try? FileManager.default.removeItem(at: url) }
  }

  private func events(_ display: ProgressDisplay) -> TrainingEvents {
    var updates: [TrainingUpdate] = []
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
        updates.append(update)
        let report = update.report
        last =
          "; accuracy \(Numbers.percent(report.accuracy.share)), IIA \(Numbers.percent(report.worstIIA)), "
          + "SIIA \(Numbers.percent(report.worstSIIA))"
      },
      checkpoint: { checkpoint in
        try writeMetrics(checkpoint.updates)
        try AtomicFile.write(try checkpoint.encoded(), to: checkpointURL)
      },
      secondsBetweenCheckpoints: choices.checkpointSeconds)
  }

  /// One line an evaluation.
  private func writeMetrics(_ updates: [TrainingUpdate]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = Data()
    for update in updates { data += try encoder.encode(update) + Data("\n".utf8) }
    try AtomicFile.write(data, to: task.folder.metricsURL)
  }
}

/// What a training that has begun depends on: a checkpoint is good for nothing else.
private struct Pending: Codable, Equatable {
  var source: MetaFile.Source
  var circuit: MetaFile.CircuitRecord
  var compiler: MetaFile.CompilerRecord
  var raspc: String
  var trainer: Int
  var seed: UInt64
  var settings: [String: MetaFile.Setting]

  init(meta: MetaFile, seed: UInt64, settings: [String: MetaFile.Setting]) {
    source = meta.source
    circuit = meta.circuit
    compiler = meta.compiler
    raspc = meta.raspc
    trainer = SIITTrainer.version
    self.seed = seed
    self.settings = settings
  }

  var meta: MetaFile { MetaFile(raspc: raspc, source: source, circuit: circuit, compiler: compiler) }

  func matches(_ record: MetaFile.TrainingRecord) -> Bool {
    record.trainer == trainer && record.seed == seed && record.settings == settings
  }

  func record(
    _ trained: TrainedCircuit, _ worst: WorstCases, natural: Parameters
  ) -> MetaFile.TrainingRecord {
    MetaFile.TrainingRecord(
      trainer: trainer, seed: seed, settings: settings, accuracy: trained.report.accuracy.share,
      iia: trained.report.iiaShares, siia: SIITReport.shares(trained.report.siia),
      attempts: trained.attempts, steps: trained.steps, seconds: trained.seconds, reached: trained.reached,
      heldOutIsDisjoint: trained.heldOutIsDisjoint, measure: .init(trained.report),
      worstCases: .init(tries: worst.tries, failures: worst.failures),
      weightNorms: .init(trained, natural: natural))
  }
}
