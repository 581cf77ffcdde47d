import Artifacts
import Training
import Transformer

/// What a training run depends on; its checkpoint is of no use to any other run.
struct PendingTraining: Codable, Equatable {
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
