import Foundation
import Training
import Transformer

/// `checkpoint.safetensors`: weights and running means as tensors, all else as JSON in the header.
extension TrainingCheckpoint {
  private enum Name {
    static let weights = "weights"
    static let average = "average"
    static let moments = "moments"
    static let probes = "probes"
    static let best = "best"
    static let progress = "progress"
    static let state = "state"
  }

  package func encoded() throws -> Data {
    func tensor(_ name: String, _ values: [Float]) -> Safetensors.Tensor {
      Safetensors.Tensor(name: name, shape: [values.count], values: values[...])
    }
    var tensors = [
      tensor(Name.weights, attempt.weights), tensor(Name.average, attempt.average),
      tensor(Name.moments, attempt.moments), tensor(Name.probes, attempt.probes),
    ]
    if let best { tensors.append(tensor(Name.best, best)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    func text(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    let metadata = [Name.progress: try text(progress), Name.state: try text(attempt.state)]
    return Safetensors(tensors: tensors, metadata: metadata).encoded()
  }

  /// Reads a checkpoint; throws if the bytes are not a complete one.
  package init(decoding data: Data) throws {
    let file = try Safetensors(decoding: data)
    func values(_ name: String) throws -> [Float] {
      guard let tensor = file.tensors.first(where: { $0.name == name }) else {
        throw ModelFileError.missingTensor(name)
      }
      return Array(tensor.values)
    }
    func decoded<Part: Decodable>(_ name: String) throws -> Part {
      try JSONDecoder().decode(Part.self, from: Data((file.metadata[name] ?? "").utf8))
    }
    self.init(
      progress: try decoded(Name.progress),
      attempt: AttemptSnapshot(
        state: try decoded(Name.state), weights: try values(Name.weights),
        average: try values(Name.average), moments: try values(Name.moments),
        probes: try values(Name.probes)),
      best: file.tensors.contains { $0.name == Name.best } ? try values(Name.best) : nil)
  }
}

extension TrainingProgress: Codable {
  private enum CodingKeys: String, CodingKey {
    case attempt, rounds, attemptIsOver, stepsTaken, seconds, isDone, updates, bestReport, bestAttempt, result
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    attempt = try container.decode(Int.self, forKey: .attempt)
    rounds = try container.decode(Int.self, forKey: .rounds)
    attemptIsOver = try container.decode(Bool.self, forKey: .attemptIsOver)
    stepsTaken = try container.decode(Int.self, forKey: .stepsTaken)
    seconds = try container.decode(Double.self, forKey: .seconds)
    isDone = try container.decode(Bool.self, forKey: .isDone)
    updates = try container.decode([TrainingUpdate].self, forKey: .updates)
    bestReport = try container.decodeIfPresent(SIITReport.self, forKey: .bestReport)
    bestAttempt = try container.decode(Int.self, forKey: .bestAttempt)
    result = try container.decodeIfPresent(SIITReport.self, forKey: .result)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(attempt, forKey: .attempt)
    try container.encode(rounds, forKey: .rounds)
    try container.encode(attemptIsOver, forKey: .attemptIsOver)
    try container.encode(stepsTaken, forKey: .stepsTaken)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(isDone, forKey: .isDone)
    try container.encode(updates, forKey: .updates)
    try container.encodeIfPresent(bestReport, forKey: .bestReport)
    try container.encode(bestAttempt, forKey: .bestAttempt)
    try container.encodeIfPresent(result, forKey: .result)
  }
}
