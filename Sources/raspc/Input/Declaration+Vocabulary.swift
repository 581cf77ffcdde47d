import Artifacts
import Diagnostics
import Runtime

extension MetaFile.Declaration {
  /// The vocabulary, checked by the same rules as one in a circuit block.
  ///
  /// - Throws: ``Diagnostic`` for errors in the JSON.
  func vocabulary() throws -> [Value] {
    let text = try InputText(vocab, name: "--vocab")
    guard !text.values.isEmpty else {
      throw Diagnostic("the vocabulary must have at least one token", at: text.range)
    }
    guard text.values.count <= Circuit.maximumVocabulary else {
      throw Diagnostic("the vocabulary has more than \(Circuit.maximumVocabulary) tokens", at: text.range)
    }
    var seen: Set<Value> = []
    for (value, range) in zip(text.values, text.ranges) {
      if value.isNone {
        throw Diagnostic("a token must be a string, a number or a bool, not null", at: range)
      }
      guard seen.insert(value.key).inserted else {
        throw Diagnostic("\(value.json) is in the vocabulary twice", at: range)
      }
    }
    if let confusion = ReadableVocabulary.confusion(in: text.values) {
      throw Diagnostic(confusion.message, at: text.ranges[confusion.place])
    }
    return text.values
  }
}
