import Compiler

/// `certificate` of `meta.json`
extension Certificate: Codable {
  private enum CodingKeys: String, CodingKey { case claims, proof, reason, isInexact, open }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      claims: try container.decode([Claim].self, forKey: .claims),
      proof: try container.decodeIfPresent(Proof.self, forKey: .proof),
      reason: try container.decodeIfPresent(String.self, forKey: .reason),
      isInexact: try container.decodeIfPresent(Bool.self, forKey: .isInexact),
      open: try container.decode([String].self, forKey: .open))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(claims, forKey: .claims)
    try container.encodeIfPresent(proof, forKey: .proof)
    try container.encodeIfPresent(reason, forKey: .reason)
    try container.encodeIfPresent(isInexact, forKey: .isInexact)
    try container.encode(open, forKey: .open)
  }
}

extension Proof: Codable {
  private enum CodingKeys: String, CodingKey {
    case margin, error, combinations
    case outputError = "output_error"
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      margin: try container.decodeIfPresent(Double.self, forKey: .margin),
      error: try container.decode(Double.self, forKey: .error),
      outputError: try container.decode(Double.self, forKey: .outputError),
      combinations: try container.decode(Int.self, forKey: .combinations))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(margin, forKey: .margin)
    try container.encode(error, forKey: .error)
    try container.encode(outputError, forKey: .outputError)
    try container.encode(combinations, forKey: .combinations)
  }
}
