import Foundation
import Training

extension MetaFile {
  /// The value of a training setting.
  package enum Setting: Codable, Sendable, Equatable {
    case flag(Bool)
    case number(Double)

    package init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else {
        self = .number(try container.decode(Double.self))
      }
    }

    package func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .flag(let flag): try container.encode(flag)
      case .number(let number): try container.encode(number)
      }
    }
  }
}

extension SIITSettings {
  /// The settings under the names that files and programs use.
  package func recorded() throws -> [String: MetaFile.Setting] {
    try JSONDecoder().decode([String: MetaFile.Setting].self, from: JSONEncoder().encode(self))
  }

  /// Throws where a setting of this version is missing.
  package init(recorded: [String: MetaFile.Setting]) throws {
    self = try JSONDecoder().decode(SIITSettings.self, from: JSONEncoder().encode(recorded))
  }
}
