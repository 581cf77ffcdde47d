import Training
import Transformer

extension MetaFile {
  /// The trained transformer: what it was trained with, and how well it holds the circuit.
  package struct TrainingRecord: Codable, Sendable, Equatable {
    /// The version of the trainer.
    package var trainer: Int
    package var seed: UInt64
    /// The settings by name: the recipe's, with the program's and the command line's in their place.
    package var settings: [String: Setting]
    /// Held-out accuracy, a share from 0 to 1; so are all shares here.
    package var accuracy: Double
    /// By component of the trained transformer: of all positions or of the effective ones, whichever is less.
    /// Null for a component of the circuit that is untested.
    package var iia: [Component: Double?]
    package var siia: [Component: Double]
    /// How often training began, each time from other weights.
    package var attempts: Int
    /// Steps of all attempts.
    package var steps: Int
    package var seconds: Double
    /// Whether accuracy and the worst IIA and SIIA reached the target that the settings name.
    package var reached: Bool
    /// Whether the inputs it was measured on are none of those it was trained on.
    package var heldOutIsDisjoint: Bool
    /// What the shares were measured on.
    package var measure: Measure
    /// The results of a search for swaps that fail.
    package var worstCases: WorstCases
    package var weightNorms: WeightNorms

    /// The least share of any component, or of several together; 1 where there is none.
    package var worstIIA: Double { min(iia.values.compactMap(\.self).min() ?? 1, measure.joint.worst) }
    package var worstSIIA: Double {
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
  package init(
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

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      tries: try container.decode(Int.self, forKey: .tries),
      failures: try container.decode([Component: Int].self, forKey: .failures))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tries, forKey: .tries)
    try container.encode(failures, forKey: .failures)
  }
}
