import Training

/// `training.json`: what a training run depends on; its checkpoint is of no use to any other run.
package struct PendingTraining: Codable, Sendable, Equatable {
  package var source: MetaFile.Source
  package var circuit: MetaFile.CircuitRecord
  package var compiler: MetaFile.CompilerRecord
  /// The version of raspc.
  package var raspc: String
  /// The version of the trainer.
  package var trainer: Int
  package var seed: UInt64
  package var settings: [String: MetaFile.Setting]

  /// - Parameter meta: the folder's description before the training
  package init(_ meta: MetaFile, seed: UInt64, settings: SIITSettings) throws {
    source = meta.source
    circuit = meta.circuit
    compiler = meta.compiler
    raspc = meta.raspc
    trainer = SIITTrainer.version
    self.seed = seed
    self.settings = try settings.recorded()
  }

  /// The description of a folder that is up to date with it.
  package var meta: MetaFile { MetaFile(raspc: raspc, source: source, circuit: circuit, compiler: compiler) }

  /// Whether a transformer was trained as this one would be.
  package func matches(_ record: MetaFile.TrainingRecord) -> Bool {
    record.trainer == trainer && record.seed == seed && record.settings == settings
  }
}
