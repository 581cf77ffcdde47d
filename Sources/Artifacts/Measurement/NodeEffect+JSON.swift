import Discovery
import Transformer

/// An entry of `effects` in `eval.json`. Its `source` is what the component writes to the residual stream, the name by
/// which edges and `discover-METHOD.json` know it.
extension NodeEffect: Codable {
  private enum CodingKeys: String, CodingKey {
    case node, source, resample, mean, zero
    case inCircuit = "in_circuit"
    case resampleDivergence = "resample_divergence"
    case meanDivergence = "mean_divergence"
    case zeroDivergence = "zero_divergence"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      component: try container.decode(Component.self, forKey: .node),
      inCircuit: try container.decode(Bool.self, forKey: .inCircuit),
      resample: try container.decodeIfPresent(Double.self, forKey: .resample),
      mean: try container.decodeIfPresent(Double.self, forKey: .mean),
      zero: try container.decodeIfPresent(Double.self, forKey: .zero),
      resampleDivergence: try container.decode(Double.self, forKey: .resampleDivergence),
      meanDivergence: try container.decode(Double.self, forKey: .meanDivergence),
      zeroDivergence: try container.decode(Double.self, forKey: .zeroDivergence))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(component, forKey: .node)
    try container.encode(SourceNode(component).node, forKey: .source)
    try container.encode(inCircuit, forKey: .inCircuit)
    try container.encodeIfPresent(resample, forKey: .resample)
    try container.encodeIfPresent(mean, forKey: .mean)
    try container.encodeIfPresent(zero, forKey: .zero)
    try container.encode(resampleDivergence, forKey: .resampleDivergence)
    try container.encode(meanDivergence, forKey: .meanDivergence)
    try container.encode(zeroDivergence, forKey: .zeroDivergence)
  }
}
