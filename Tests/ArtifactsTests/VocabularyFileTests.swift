import Artifacts
import Compiler
import Foundation
import Runtime
import Testing

/// `vocab.json` says what every id means, and reads back as it was.
struct VocabularyFileTests {
  let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  func file(_ outputs: OutputSpace, _ vocabulary: [Value] = [.string("a"), .int(1)]) -> VocabularyFile {
    VocabularyFile(
      tokenizer: Tokenizer(vocabulary: vocabulary), outputs: outputs)
  }

  @Test func inputIdsAreTheVocabularyThenBOSAndPAD() throws {
    let object = try JSONSerialization.jsonObject(with: Data(file(.numerical).text.utf8))
    let expected: NSDictionary = [
      "format": 1, "bos": "BOS", "pad": "PAD", "input": ["a", 1, "BOS", "PAD"], "output_kind": "numerical",
      "output": [],
    ]
    #expect(object as? NSDictionary == expected)
  }

  @Test func roundTrip() throws {
    defer { try? FileManager.default.removeItem(at: url) }
    let outputs: [Value] = [.float(0), .float(0.5), .float(.infinity), .int(3)]
    let written = file(.categorical(outputs), [.int(0), .float(.infinity)])
    try AtomicFile.write(Data(written.text.utf8), to: url)
    let read = try VocabularyFile(reading: url)
    #expect(read.text == written.text)
    #expect(Value.json(read.vocabulary) == #"[0, "inf"]"#)
  }

  @Test func integersBeyondFloatsAreKeptApart() throws {
    let great = 9_007_199_254_740_992
    let vocabulary: [Value] = [
      .int(great), .int(great + 1), .int(.max), .int(.max - 1), .int(.min), .float(1e22),
      .float(0.1),
    ]
    defer { try? FileManager.default.removeItem(at: url) }
    let file = file(.categorical(vocabulary), vocabulary)
    try AtomicFile.write(Data(file.text.utf8), to: url)
    let read = try VocabularyFile(reading: url)
    #expect(read.vocabulary == vocabulary && read.text == file.text)
  }

  @Test(
    arguments: [
      ("[]", "not a JSON object"),
      (#"{"bos": "BOS"}"#, "'pad' is missing or of the wrong type"),
      (
        #"{"bos": "B", "pad": "P", "input": ["a", "P", "B"], "output_kind": "numerical", "output": []}"#,
        "'input' does not end with the BOS and PAD tokens"
      ),
      (
        #"{"bos": "B", "pad": "P", "input": ["B", "P"], "output_kind": "both", "output": []}"#,
        "'output_kind' is 'both', neither categorical nor numerical"
      ),
      (
        #"{"bos": "B", "pad": "P", "input": ["B", "P"], "output_kind": "categorical", "output": [[]]}"#,
        "'output'[0] is an array or object, not a value"
      ),
    ])
  func damagedFileIsRefused(text: String, reason: String) throws {
    defer { try? FileManager.default.removeItem(at: url) }
    try AtomicFile.write(Data(text.utf8), to: url)
    let error = #expect(throws: FileError.self) { try VocabularyFile(reading: url) }
    #expect(error?.reason == reason)
  }
}
