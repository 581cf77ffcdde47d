/// A vocabulary as inputs are read: tokens that were written as JSON, and found again.
///
/// 1 and 1.0 are one token; 2^53 and 2^53 + 1 are two, though no float tells them apart. `"inf"` may be the number or the
/// string, whichever the vocabulary has.
package struct ReadableVocabulary: Sendable {
  private let tokens: [Value: Value]

  package init(_ vocabulary: [Value]) {
    var tokens: [Value: Value] = [:]
    // Backwards, so that of two values with one spelling the first counts.
    for value in vocabulary.reversed() { tokens[Self.spelling(value)] = value }
    self.tokens = tokens
  }

  /// The vocabulary's value for one that was read.
  package func token(_ value: Value) -> Value? { tokens[Self.spelling(value)] }

  /// What is read back where tokens have been written; nil for those that are not found again.
  package func readBack(_ values: [Value]) -> [Value?] {
    guard let read = try? Value.array(json: Value.json(values)), read.count == values.count else {
      return values.map { _ in nil }
    }
    return read.map(token)
  }

  /// What is wrong with a vocabulary of which inputs cannot tell two tokens apart.
  package struct Confusion: Sendable {
    /// The token's place in the vocabulary.
    package let place: Int
    package let message: String
  }

  /// The first token that is another, or none, where it has been written and read.
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

  /// How a value is written in JSON, as a value again: as a string of Swift it would not tell two spellings of
  /// an é apart.
  private static func spelling(_ value: Value) -> Value {
    if case .float(let number) = value, let integer = Int(exactly: number) {
      return .string(Value.int(integer).json)
    }
    return .string(value.json)
  }
}
