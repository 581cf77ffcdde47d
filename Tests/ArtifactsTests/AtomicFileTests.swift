import Foundation
import Testing

@testable import Artifacts

/// A file is there whole or not at all, and what a killed run left goes away.
struct AtomicFileTests {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path) }

  @Test func writesIntoAFolderThatIsNotThereYetAndReplaces() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("a/b.txt")
    try AtomicFile.write(Data("one".utf8), to: url)
    try AtomicFile.write(Data("two".utf8), to: url)
    #expect(try FileReader.data(url) == Data("two".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/a") == ["b.txt"])
  }

  @Test func failureNamesTheFileAndLeavesNothing() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("taken")
    try FileManager.default.createDirectory(
      at: url.appendingPathComponent("inside"), withIntermediateDirectories: true)
    let error = #expect(throws: FileError.self) { try AtomicFile.write(Data(), to: url) }
    #expect(error?.path.hasSuffix("taken") == true)
    #expect(try names() == ["taken"])
  }

  @Test func jsonIsTheSameBytesEveryTime() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("x.json")
    let value = Dictionary(uniqueKeysWithValues: (0..<100).map { ("key/\($0)", 0.1 * Double($0)) })
    try AtomicFile.writeJSON(value, to: url)
    let first = try FileReader.data(url)
    try AtomicFile.writeJSON(Dictionary(uniqueKeysWithValues: value.shuffled()), to: url)
    #expect(try FileReader.data(url) == first)
    #expect(try FileReader.json([String: Double].self, url) == value)
  }

  @Test func leftoversGo() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try AtomicFile.write(Data(), to: folder.appendingPathComponent("kept"))
    try Data().write(to: folder.appendingPathComponent(AtomicFile.temporaryPrefix + "1-kept"))
    AtomicFile.removeLeftovers(in: folder)
    #expect(try names() == ["kept"])
  }

  @Test func missingFileSaysSo() {
    let error = #expect(throws: FileError.self) { try FileReader.data(folder) }
    #expect(error?.reason == "no such file or folder")
  }

  @Test func wrongJSONSaysWhere() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("x.json")
    try AtomicFile.write(Data(#"{"a": [1, "two"]}"#.utf8), to: url)
    let error = #expect(throws: FileError.self) { try FileReader.json([String: [Int]].self, url) }
    #expect(error?.reason == "not of type Int at a.[1]")
  }
}
