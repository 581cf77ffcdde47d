import Runtime

/// What a compiled transformer is said to hold in some residual directions: the value of an s-op, at every
/// position after BOS, on every input.
public struct Claim: Sendable, Hashable, Codable {
  /// What is held.
  public enum Content: Sendable, Hashable {
    /// An s-op's value.
    case value(SOpID)
    /// One over a selector width plus one: the attention that is left for BOS.
    case share(of: SOpID)
    /// The values of other claims together, given by their indices among all claims.
    case tuple([Int])
  }

  public var variable: String
  public var content: Content
  public var encoding: Encoding
  /// The first direction; those of a categorical s-op's values follow in order.
  public var direction: Int
  /// The direction that means that there is no value; if there is none, None is 0 in all the others.
  public var noneDirection: Int?
  /// For each direction of a categorical s-op, the values that it stands for; for a tuple, the indices of the
  /// claims' values, where a missing value's index is the number of values. Empty for a number.
  public var values: [[Value]]

  /// The number of directions, without that of None.
  var width: Int { encoding == .categorical ? values.count : 1 }
}

extension Claim {
  private enum CodingKeys: String, CodingKey {
    case variable, sop, share, tuple, encoding, direction, values
    case noneDirection = "none_direction"
  }

  public init(from decoder: Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    variable = try container.decode(String.self, forKey: .variable)
    if let sop = try container.decodeIfPresent(Int.self, forKey: .sop) {
      content = .value(SOpID(sop))
    } else if let sop = try container.decodeIfPresent(Int.self, forKey: .share) {
      content = .share(of: SOpID(sop))
    } else {
      content = .tuple(try container.decode([Int].self, forKey: .tuple))
    }
    encoding = try container.decode(Encoding.self, forKey: .encoding)
    direction = try container.decode(Int.self, forKey: .direction)
    noneDirection = try container.decodeIfPresent(Int.self, forKey: .noneDirection)
    // As text, since JSON decoders do not distinguish 1 and 1.0.
    values = try container.decode([String].self, forKey: .values).map {
      try Value.array(json: $0, readsInfinities: false)
    }
  }

  public func encode(to encoder: Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(variable, forKey: .variable)
    switch content {
    case .value(let sop): try container.encode(sop.index, forKey: .sop)
    case .share(let sop): try container.encode(sop.index, forKey: .share)
    case .tuple(let claims): try container.encode(claims, forKey: .tuple)
    }
    try container.encode(encoding, forKey: .encoding)
    try container.encode(direction, forKey: .direction)
    try container.encodeIfPresent(noneDirection, forKey: .noneDirection)
    try container.encode(values.map(Self.text), forKey: .values)
  }

  /// Values as JSON, in which an infinity is a number that is too large, since the string "inf" is another
  /// value.
  private static func text(_ values: [Value]) -> String {
    let parts = values.map { value -> String in
      guard case .float(let number) = value, number.isInfinite else { return value.json }
      return number > 0 ? "1e999" : "-1e999"
    }
    return "[" + parts.joined(separator: ", ") + "]"
  }
}
