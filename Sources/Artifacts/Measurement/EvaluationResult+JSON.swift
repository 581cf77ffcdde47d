import Discovery
import Transformer

/// `eval.json`
extension EvaluationResult: Codable {
  /// Raised when readers of the file as it was can no longer read it.
  package static let format = 1

  private enum CodingKeys: String, CodingKey {
    case format, circuit, model, inputs, seed, accuracy, iia, joint, siia, together, untested, effects,
      separated, weights
    case notSeparated = "not_separated"
    case circuitAlone = "circuit_alone"
    case naturalAccuracy = "natural_accuracy"
  }

  /// What follows from the effects is not read, but found anew.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.checkFormat(Self.format, forKey: .format)
    self.init(
      circuit: try container.decode(String.self, forKey: .circuit),
      model: try container.decode(CircuitModel.self, forKey: .model),
      inputs: try container.decode(Int.self, forKey: .inputs),
      seed: try container.decode(UInt64.self, forKey: .seed),
      accuracy: try container.decode(Double.self, forKey: .accuracy),
      iia: try container.decode([Component: Double?].self, forKey: .iia),
      joint: try container.decode(Double.self, forKey: .joint),
      siia: try container.decode([Component: Double].self, forKey: .siia),
      together: try container.decode(Together.self, forKey: .together),
      untested: try container.decode([Component].self, forKey: .untested),
      effects: try container.decode([NodeEffect].self, forKey: .effects),
      circuitAlone: try container.decode(CircuitAlone.self, forKey: .circuitAlone),
      naturalAccuracy: try container.decodeIfPresent(Double.self, forKey: .naturalAccuracy),
      weights: try container.decode([CircuitModel: WeightSummary].self, forKey: .weights))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.format, forKey: .format)
    try container.encode(circuit, forKey: .circuit)
    try container.encode(model, forKey: .model)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(seed, forKey: .seed)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(iia, forKey: .iia)
    try container.encode(joint, forKey: .joint)
    try container.encode(siia, forKey: .siia)
    try container.encode(together, forKey: .together)
    try container.encode(untested, forKey: .untested)
    try container.encode(effects, forKey: .effects)
    let exceptions = Dictionary(
      uniqueKeysWithValues: Ablation.allCases.map { ($0, notSeparated(by: $0)) })
    try container.encode(exceptions.mapValues(\.isEmpty), forKey: .separated)
    try container.encode(exceptions, forKey: .notSeparated)
    try container.encode(circuitAlone, forKey: .circuitAlone)
    try container.encodeIfPresent(naturalAccuracy, forKey: .naturalAccuracy)
    try container.encode(weights, forKey: .weights)
  }
}

extension EvaluationResult.Together: Codable {
  private enum CodingKeys: String, CodingKey { case halves, all, zeroed, edges }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      halves: try container.decode(Double.self, forKey: .halves),
      all: try container.decode(Double.self, forKey: .all),
      zeroed: try container.decode(Double.self, forKey: .zeroed),
      edges: try container.decode(Double.self, forKey: .edges))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(halves, forKey: .halves)
    try container.encode(all, forKey: .all)
    try container.encode(zeroed, forKey: .zeroed)
    try container.encode(edges, forKey: .edges)
  }
}

extension EvaluationResult.CircuitAlone: Codable {
  private enum CodingKeys: String, CodingKey { case accuracy, divergence }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      accuracy: try container.decode(Double.self, forKey: .accuracy),
      divergence: try container.decode(Double.self, forKey: .divergence))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(accuracy, forKey: .accuracy)
    try container.encode(divergence, forKey: .divergence)
  }
}

extension CircuitModel: Codable, CodingKeyRepresentable {}

extension Ablation: Codable, CodingKeyRepresentable {}
