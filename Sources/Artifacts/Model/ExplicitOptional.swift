/// An optional that is encoded as null if it is nil, rather than left out.
package struct ExplicitOptional<Wrapped: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
  package var value: Wrapped?

  package init(_ value: Wrapped?) { self.value = value }

  package init(from decoder: Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? nil : try container.decode(Wrapped.self)
  }

  package func encode(to encoder: Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
