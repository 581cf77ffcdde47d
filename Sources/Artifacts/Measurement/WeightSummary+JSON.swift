import Discovery
import Transformer

/// What `eval.json` says of one transformer's weights.
extension WeightSummary: Codable {
  private enum CodingKeys: String, CodingKey {
    case lowest, highest, counts, norms, zeros
    case standardDeviation = "standard_deviation"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      lowest: try container.decode(Double.self, forKey: .lowest),
      highest: try container.decode(Double.self, forKey: .highest),
      counts: try container.decode([Int].self, forKey: .counts),
      norms: try container.decode([Component: Double].self, forKey: .norms),
      standardDeviation: try container.decode(Double.self, forKey: .standardDeviation),
      zeros: try container.decode(Double.self, forKey: .zeros))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(lowest, forKey: .lowest)
    try container.encode(highest, forKey: .highest)
    try container.encode(counts, forKey: .counts)
    try container.encode(norms, forKey: .norms)
    try container.encode(standardDeviation, forKey: .standardDeviation)
    try container.encode(zeros, forKey: .zeros)
  }
}
