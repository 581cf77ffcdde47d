import Training

/// `training.json`: what a training run depends on; its checkpoint is of no use to any other run.
public struct PendingTraining: Codable, Sendable, Equatable {
  public var source: MetaFile.Source
  public var circuit: MetaFile.CircuitRecord
  public var compiler: MetaFile.CompilerRecord
  /// The version of raspc.
  public var raspc: String
  /// The version of the trainer.
  public var trainer: Int
  public var seed: UInt64
  public var settings: [String: MetaFile.Setting]

  /// - Parameter meta: the folder's description before the training
  public init(_ meta: MetaFile, seed: UInt64, settings: SIITSettings) throws {
    source = meta.source
    circuit = meta.circuit
    compiler = meta.compiler
    raspc = meta.raspc
    trainer = SIITTrainer.version
    self.seed = seed
    self.settings = try settings.recorded()
  }

  /// The description of a folder that is up to date with it.
  public var meta: MetaFile { MetaFile(raspc: raspc, source: source, circuit: circuit, compiler: compiler) }

  /// Whether a transformer was trained as this one would be.
  public func matches(_ record: MetaFile.TrainingRecord) -> Bool {
    record.trainer == trainer && record.seed == seed && record.settings == settings
  }
}
