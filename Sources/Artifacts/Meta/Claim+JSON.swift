import Compiler
import Runtime

/// An entry of `claims` in a certificate.
extension Claim: Codable {
  private enum CodingKeys: String, CodingKey {
    case variable, sop, share, tuple, encoding, direction, values
    case noneDirection = "none_direction"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let content: Content
    if let sop = try container.decodeIfPresent(Int.self, forKey: .sop) {
      content = .value(SOpID(sop))
    } else if let sop = try container.decodeIfPresent(Int.self, forKey: .share) {
      content = .share(of: SOpID(sop))
    } else {
      content = .tuple(try container.decode([Int].self, forKey: .tuple))
    }
    self.init(
      variable: try container.decode(String.self, forKey: .variable), content: content,
      encoding: try container.decode(Encoding.self, forKey: .encoding),
      direction: try container.decode(Int.self, forKey: .direction),
      noneDirection: try container.decodeIfPresent(Int.self, forKey: .noneDirection),
      // As text, since JSON decoders do not distinguish 1 and 1.0.
      values: try container.decode([String].self, forKey: .values).map {
        try Value.array(json: $0, readsInfinities: false)
      })
  }

  package func encode(to encoder: any Encoder) throws {
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
