import Transformer

// Places of a transformer in JSON: under their names.

extension CircuitNode: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let node = CircuitNode(hookName: name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is not a place in a transformer")
    }
    self = node
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hookName)
  }
}

/// A pair of names.
extension CircuitEdge: Codable {
  package init(from decoder: any Decoder) throws {
    let names = try [String](from: decoder)
    guard let edge = CircuitEdge(hookNames: names) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "\(names) is not an edge of a transformer"))
    }
    self = edge
  }

  package func encode(to encoder: any Encoder) throws { try hookNames.encode(to: encoder) }
}

extension Component: Codable, CodingKeyRepresentable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let component = Component(hookName: name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is not a head or MLP of a transformer")
    }
    self = component
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hookName)
  }

  package var codingKey: any CodingKey { HookKey(stringValue: hookName) }

  package init?(codingKey: some CodingKey) { self.init(hookName: codingKey.stringValue) }
}

private struct HookKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { return nil }
}
