import Foundation
import Training

/// `metrics.jsonl`: a line of JSON for every evaluation of a training.
package enum MetricsFile {
  package static func encoded(_ updates: [TrainingUpdate]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = Data()
    for update in updates { data += try encoder.encode(update) + Data("\n".utf8) }
    return data
  }

  package static func decoded(_ data: Data) throws -> [TrainingUpdate] {
    try data.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(TrainingUpdate.self, from: Data($0))
    }
  }
}

extension TrainingUpdate: Codable {
  private enum CodingKeys: String, CodingKey {
    case attempt, step, learningRate, guideLoss, behaviourLoss, iitLoss, strictLoss, report
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      attempt: try container.decode(Int.self, forKey: .attempt),
      step: try container.decode(Int.self, forKey: .step),
      learningRate: try container.decode(Double.self, forKey: .learningRate),
      guideLoss: try container.decode(Double.self, forKey: .guideLoss),
      behaviourLoss: try container.decode(Double.self, forKey: .behaviourLoss),
      iitLoss: try container.decode(Double.self, forKey: .iitLoss),
      strictLoss: try container.decode(Double.self, forKey: .strictLoss),
      report: try container.decode(SIITReport.self, forKey: .report))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(attempt, forKey: .attempt)
    try container.encode(step, forKey: .step)
    try container.encode(learningRate, forKey: .learningRate)
    try container.encode(guideLoss, forKey: .guideLoss)
    try container.encode(behaviourLoss, forKey: .behaviourLoss)
    try container.encode(iitLoss, forKey: .iitLoss)
    try container.encode(strictLoss, forKey: .strictLoss)
    try container.encode(report, forKey: .report)
  }
}
