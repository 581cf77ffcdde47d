/// Finds the tokens of a vocabulary again after they were written as JSON.
///
/// 1 and 1.0 are one token; 2^53 and 2^53 + 1 are two, though no float tells them apart. `"inf"` is the
/// number or the string, whichever the vocabulary has.
package struct ReadableVocabulary: Sendable {
  private let tokens: [Value: Value]

  package init(_ vocabulary: [Value]) {
    var tokens: [Value: Value] = [:]
    // Backwards, so that the first of two values with the same spelling counts.
    for value in vocabulary.reversed() { tokens[Self.spelling(value)] = value }
    self.tokens = tokens
  }

  /// The vocabulary's token for a value that was read; nil if there is none.
  package func token(_ value: Value) -> Value? { tokens[Self.spelling(value)] }

  /// The tokens that come back if these are written and read; nil for those that cannot be read back.
  package func readBack(_ values: [Value]) -> [Value?] {
    guard let read = try? Value.array(json: Value.json(values)), read.count == values.count else {
      return values.map { _ in nil }
    }
    return read.map(token)
  }

  /// Why inputs over a vocabulary cannot be read: two tokens look the same, or one cannot be read back.
  package struct Confusion: Sendable {
    /// The token's place in the vocabulary.
    package let place: Int
    package let message: String
  }

  /// The first token that comes back as another one, or not at all, if it is written and read.
  package static func confusion(in vocabulary: [Value]) -> Confusion? {
    let read = ReadableVocabulary(vocabulary).readBack(vocabulary)
    for (place, token) in vocabulary.enumerated() where read[place] != token {
      let both = read[place].map { "\($0.quoted) and \(token.quoted)" } ?? token.quoted
      return Confusion(
        place: place,
        message: read[place] == nil
          ? "\(both) cannot be a token: its JSON, \(token.json), cannot be read back"
          : "the tokens \(both) cannot be told apart in an input: both are written \(token.json)")
    }
    return nil
  }

  /// A value's JSON, wrapped in a value again: as Swift strings, two spellings of an é would be equal.
  private static func spelling(_ value: Value) -> Value {
    if case .float(let number) = value, let integer = Int(exactly: number) {
      return .string(Value.int(integer).json)
    }
    return .string(value.json)
  }
}
