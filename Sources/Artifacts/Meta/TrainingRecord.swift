import Training
import Transformer

extension MetaFile {
  /// The trained transformer: what it was trained with, and how well it holds the circuit.
  public struct TrainingRecord: Codable, Sendable, Equatable {
    /// The version of the trainer.
    public var trainer: Int
    public var seed: UInt64
    /// The settings by name: the recipe's, with the program's and the command line's in their place.
    public var settings: [String: Setting]
    /// Held-out accuracy, a share from 0 to 1; so are all shares here.
    public var accuracy: Double
    /// By component of the trained transformer: of all positions or of the effective ones, whichever is less.
    /// Null for a component of the circuit that is untested.
    public var iia: [Component: Double?]
    public var siia: [Component: Double]
    /// How often training began, each time from other weights.
    public var attempts: Int
    /// Steps of all attempts.
    public var steps: Int
    public var seconds: Double
    /// Whether accuracy and the worst IIA and SIIA reached the target that the settings name.
    public var reached: Bool
    /// Whether the inputs it was measured on are none of those it was trained on.
    public var heldOutIsDisjoint: Bool
    /// What the shares were measured on.
    public var measure: Measure
    /// The results of a search for swaps that fail.
    public var worstCases: WorstCases
    public var weightNorms: WeightNorms

    /// The least share of any component, or of several together; 1 where there is none.
    public var worstIIA: Double { min(iia.values.compactMap(\.self).min() ?? 1, measure.joint.worst) }
    public var worstSIIA: Double {
      min(siia.values.min() ?? 1, measure.halves.worst, measure.together.worst)
    }

    enum CodingKeys: String, CodingKey {
      case trainer, seed, settings, accuracy, iia, siia, attempts, steps, seconds, reached, measure
      case worstCases = "worst_cases"
      case weightNorms = "weight_norms"
      case heldOutIsDisjoint = "held_out_is_disjoint"
    }
  }
}

extension MetaFile.TrainingRecord {
  /// - Parameters:
  ///   - pending: what it was trained with
  ///   - natural: a transformer of the same size that was trained on behaviour alone
  public init(
    _ trained: TrainedCircuit, _ pending: PendingTraining, worstCases: WorstCases, natural: Parameters
  ) {
    let report = trained.report
    self.init(
      trainer: pending.trainer, seed: pending.seed, settings: pending.settings,
      accuracy: report.accuracy.share, iia: report.iiaShares, siia: report.siiaShares,
      attempts: trained.attempts, steps: trained.steps, seconds: trained.seconds, reached: trained.reached,
      heldOutIsDisjoint: trained.heldOutIsDisjoint, measure: Measure(report), worstCases: worstCases,
      weightNorms: WeightNorms(trained, natural: natural))
  }
}

extension WorstCases: Codable {
  private enum CodingKeys: String, CodingKey { case tries, failures }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      tries: try container.decode(Int.self, forKey: .tries),
      failures: try container.decode([Component: Int].self, forKey: .failures))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tries, forKey: .tries)
    try container.encode(failures, forKey: .failures)
  }
}
