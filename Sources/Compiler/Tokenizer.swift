import Diagnostics
import Runtime

/// The ids of a circuit's input tokens: the vocabulary in its order, then BOS, then PAD.
package struct Tokenizer: Sendable {
  package let vocabulary: [Value]
  /// Names of the two extra tokens, chosen so that they are not in the vocabulary.
  package let bosName: String
  package let padName: String
  /// By ``Runtime/Value/key``.
  private let ids: [Value: Int32]

  package init(vocabulary: [Value]) {
    self.vocabulary = vocabulary
    var ids: [Value: Int32] = [:]
    for (id, value) in vocabulary.enumerated() where ids[value.key] == nil {
      ids[value.key] = Int32(id)
    }
    self.ids = ids
    func unused(_ name: String) -> String {
      var name = name
      while ids[.string(name)] != nil { name = "_" + name }
      return name
    }
    bosName = unused("BOS")
    padName = unused("PAD")
  }

  package var bos: Int32 { Int32(vocabulary.count) }
  package var pad: Int32 { Int32(vocabulary.count + 1) }
  /// Rows of the embedding.
  package var count: Int { vocabulary.count + 2 }

  /// The id of a token by RASP's equality (1, 1.0 and true are one token); nil if it is not in the
  /// vocabulary.
  package func id(of token: Value) -> Int32? { ids[token.key] }

  /// The ids of a sequence, starting with BOS; throws ``Diagnostic`` for a token outside the vocabulary.
  package func encode(_ tokens: [Value]) throws(Diagnostic) -> [Int32] {
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
  package func decode(_ ids: some Sequence<Int32>) -> [Value] {
    ids.map { vocabulary[Int($0)] }
  }
}
