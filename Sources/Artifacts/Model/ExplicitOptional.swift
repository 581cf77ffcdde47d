/// An optional that is encoded as null if it is nil, rather than left out.
public struct ExplicitOptional<Wrapped: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
  public var value: Wrapped?

  public init(_ value: Wrapped?) { self.value = value }

  public init(from decoder: Decoder) throws {
    let container = try decoder.singleValueContainer()
    value = container.decodeNil() ? nil : try container.decode(Wrapped.self)
  }

  public func encode(to encoder: Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
