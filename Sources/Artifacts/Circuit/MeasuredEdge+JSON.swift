import Discovery
import Transformer

/// An entry of `effects` in `edges.json`.
extension MeasuredEdge: Codable {
  private enum CodingKeys: String, CodingKey { case from, to, compiled, trained, causal }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      edge: CircuitEdge(
        from: try container.decode(CircuitNode.self, forKey: .from),
        to: try container.decode(CircuitNode.self, forKey: .to)),
      compiled: try container.decode(EdgeEffects.Effect?.self, forKey: .compiled),
      trained: try container.decode(EdgeEffects.Effect?.self, forKey: .trained))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(edge.from, forKey: .from)
    try container.encode(edge.to, forKey: .to)
    try container.encode(compiled, forKey: .compiled)
    try container.encode(trained, forKey: .trained)
    try container.encode(isCausal, forKey: .causal)
  }
}

extension EdgeEffects.Effect: Codable {
  private enum CodingKeys: String, CodingKey { case changed, divergence }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      changed: try container.decode(Double.self, forKey: .changed),
      divergence: try container.decode(Double.self, forKey: .divergence))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(changed, forKey: .changed)
    try container.encode(divergence, forKey: .divergence)
  }
}
