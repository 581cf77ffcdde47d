import Compiler
import Foundation
import Runtime
import Transformer

/// `vocab.json`: what the ids of a transformer's inputs and outputs mean.
///
/// A value's place in `input` is its id; the list ends with the spellings of BOS and PAD.
package struct VocabularyFile: Sendable {
  /// Raised when readers of the file as it was can no longer read it.
  package static let format = 1

  package let bos: String
  package let pad: String
  /// The circuit's vocabulary, without BOS and PAD.
  package let vocabulary: [Value]
  package let outputs: OutputSpace

  enum Key: String {
    case format, bos, pad, input, output
    case outputKind = "output_kind"
  }

  static let categorical = "categorical"
  static let numerical = "numerical"

  package init(tokenizer: Tokenizer, outputs: OutputSpace) {
    bos = tokenizer.bosName
    pad = tokenizer.padName
    vocabulary = tokenizer.vocabulary
    self.outputs = outputs
  }

  /// The file's text: the lists on a line each, and floats told from integers.
  package var text: String {
    let values: [Value]
    let kind: String
    switch outputs {
    case .categorical(let list): (values, kind) = (list, Self.categorical)
    case .numerical: (values, kind) = ([], Self.numerical)
    }
    let members: [(Key, String)] = [
      (.format, "\(Self.format)"),
      (.bos, Value.string(bos).json),
      (.pad, Value.string(pad).json),
      (.input, Value.json(vocabulary + [.string(bos), .string(pad)])),
      (.outputKind, Value.string(kind).json),
      (.output, Value.json(values)),
    ]
    let lines = members.map { "  \"\($0.rawValue)\": \($1)" }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }

  /// Reads the file; throws ``FileError``.
  package init(reading url: URL) throws {
    let data = try FileReader.data(url)
    guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw FileError(url, "not a JSON object")
    }
    func member<Member>(_ key: Key, as type: Member.Type) throws -> Member {
      guard let member = object[key.rawValue] as? Member else {
        throw FileError(url, "'\(key.rawValue)' is missing or of the wrong type")
      }
      return member
    }
    if let format = object[Key.format.rawValue] as? Int, format > Self.format {
      throw FileError(url, FormatError(found: format, known: Self.format).description)
    }
    // Foundation says whether the file is in order; it does not tell all numbers apart.
    let exact = try? Value.members(json: String(decoding: data, as: UTF8.self))
    for key in [Key.input, .output] {
      for (index, object) in (object[key.rawValue] as? [Any] ?? []).enumerated()
      where object is [Any] || object is [String: Any] {
        throw FileError(url, "'\(key.rawValue)'[\(index)] is an array or object, not a value")
      }
    }
    func values(_ key: Key) throws -> [Value] {
      let objects = try member(key, as: [Any].self)
      guard let values = exact?[key.rawValue], values.count == objects.count else {
        throw FileError(url, "'\(key.rawValue)' has a value that cannot be read")
      }
      return values
    }
    bos = try member(.bos, as: String.self)
    pad = try member(.pad, as: String.self)
    let input = try values(.input)
    guard input.suffix(2) == [.string(bos), .string(pad)] else {
      throw FileError(url, "'input' does not end with the BOS and PAD tokens")
    }
    vocabulary = Array(input.dropLast(2))
    let kind = try member(.outputKind, as: String.self)
    switch kind {
    case Self.categorical: outputs = .categorical(try values(.output))
    case Self.numerical: outputs = .numerical
    default: throw FileError(url, "'output_kind' is '\(kind)', neither categorical nor numerical")
    }
  }

  /// Throws ``FileError`` where the lists do not fit a transformer's embedding and unembedding.
  package func check(against config: TransformerConfig, _ folder: ArtifactFolder) throws {
    let outputCount =
      switch outputs {
      case .categorical(let values): values.count
      case .numerical: 1
      }
    guard vocabulary.count + 2 == config.vocabulary, outputCount == config.outputs else {
      throw FileError(
        folder.vocabularyURL,
        "\(vocabulary.count + 2) inputs and \(outputCount) outputs are listed; the transformer has "
          + "\(config.vocabulary) and \(config.outputs)")
    }
  }
}
