import Lexer
import Runtime

/// The ids of a circuit's input tokens: the vocabulary in its order, then BOS, then PAD.
public struct Tokenizer: Sendable {
  public let vocabulary: [Value]
  /// Spellings of the two extra tokens, chosen so that they are not in the vocabulary.
  public let bosName: String
  public let padName: String
  private let ids: [TokenKey: Int32]

  public init(vocabulary: [Value]) {
    self.vocabulary = vocabulary
    var ids: [TokenKey: Int32] = [:]
    for (id, value) in vocabulary.enumerated() where ids[TokenKey(value)] == nil {
      ids[TokenKey(value)] = Int32(id)
    }
    self.ids = ids
    func unused(_ name: String) -> String {
      var name = name
      while ids[TokenKey(.string(name))] != nil { name = "_" + name }
      return name
    }
    bosName = unused("BOS")
    padName = unused("PAD")
  }

  public var bos: Int32 { Int32(vocabulary.count) }
  public var pad: Int32 { Int32(vocabulary.count + 1) }
  /// Rows of the embedding.
  public var count: Int { vocabulary.count + 2 }

  /// The id of a token by RASP's equality (1, 1.0 and true are one token), or nil outside the vocabulary.
  public func id(of token: Value) -> Int32? { ids[TokenKey(token)] }

  /// The ids of a sequence with BOS in front; throws ``Diagnostic`` for a token outside the vocabulary.
  public func encode(_ tokens: [Value]) throws(Diagnostic) -> [Int32] {
    var result = [bos]
    result.reserveCapacity(tokens.count + 1)
    for (position, token) in tokens.enumerated() {
      guard let id = id(of: token) else {
        throw Diagnostic("\(token.quoted) at position \(position) is not in the vocabulary")
      }
      result.append(id)
    }
    return result
  }

  /// The tokens of ids without BOS.
  public func decode(_ ids: some Sequence<Int32>) -> [Value] {
    ids.map { vocabulary[Int($0)] }
  }
}

/// A value under RASP's equality.
private enum TokenKey: Hashable, Sendable {
  case number(Double)
  case string(String)
  case none

  init(_ value: Value) {
    if let number = value.number {
      self = .number(number)
    } else if case .string(let text) = value {
      self = .string(text)
    } else {
      self = .none
    }
  }
}
