import Runtime

/// The ids of a circuit's input tokens: the vocabulary in its order, then BOS, then PAD.
public struct Tokenizer: Sendable {
  public let vocabulary: [Value]
  /// Spellings of the two extra tokens, chosen so that they are not in the vocabulary.
  public let bosName: String
  public let padName: String

  public var bos: Int32 { Int32(vocabulary.count) }
  public var pad: Int32 { Int32(vocabulary.count + 1) }
  /// Rows of the embedding.
  public var count: Int { vocabulary.count + 2 }
}
