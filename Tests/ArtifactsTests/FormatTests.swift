import Compiler
import Discovery
import Foundation
import Testing

@testable import Artifacts

/// Files say which version of their format they have; one that does not has the first, and later ones are refused.
@Suite struct FormatTests {
  private func check<Content: Codable & Equatable>(_ content: Content) throws {
    let data = try JSONEncoder().encode(content)
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let format = try #require(object["format"] as? Int)
    func read() throws -> Content {
      try JSONDecoder().decode(Content.self, from: JSONSerialization.data(withJSONObject: object))
    }
    object["format"] = nil
    #expect(try read() == content)
    object["format"] = format + 1
    #expect(throws: FormatError(found: format + 1, known: format)) { try read() }
  }

  @Test func filesOfTheCircuit() throws {
    try check(AlignmentFile([AlignedVariable(variable: "x", component: .mlp(layer: 0))]))
    try check(EdgesFile([], dataflow: []))
  }

  @Test func filesOfMeasurements() throws {
    try check(
      DiscoveryResult(
        method: "acdc", circuit: "x", model: .ll, run: nil, edges: [], nodes: []))
    try check(
      EvaluationResult(
        circuit: "x", model: .ll, inputs: 1, seed: 0, accuracy: 1, iia: [:], joint: 1, siia: [:],
        together: .init(halves: 1, all: 1, zeroed: 1, edges: 1), untested: [], effects: [],
        circuitAlone: .init(accuracy: 1, divergence: 0), naturalAccuracy: nil, weights: [:]))
  }

  @Test func vocabularies() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: url) }
    let file = VocabularyFile(tokenizer: Tokenizer(vocabulary: [.int(1)]), outputs: .numerical)
    for (format, isRead) in [("", true), (#""format": 1,"#, true), (#""format": 2,"#, false)] {
      try AtomicFile.write(
        Data(file.text.replacing("\"format\": 1,", with: format).utf8), to: url)
      #expect(((try? VocabularyFile(reading: url)) != nil) == isRead)
    }
  }

  @Test("A folder of another format has to be made again, whatever is in its other files")
  func folders() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: url) }
    let folder = ArtifactFolder(url)
    for format in [MetaFile.currentFormat - 1, MetaFile.currentFormat + 1] {
      try AtomicFile.write(Data(#"{"format": \#(format)}"#.utf8), to: folder.metaURL)
      let error = #expect(throws: FileError.self) { try folder.meta() }
      #expect(error?.reason.hasPrefix("it has format \(format), ") == true)
    }
  }
}
