import Artifacts
import Foundation
import Testing

@testable import raspc

/// Arguments stand for program files; a folder for all in and under it.
struct ProgramFileTests {
  @Test func foldersAreSearchedSortedAndOnce() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["b.rasp", "a.rasp", "sub/c.rasp", "sub/notes.txt", ".hidden/d.rasp"] {
      try AtomicFile.write(Data(), to: folder.appendingPathComponent(name))
    }
    let files = try ProgramFile.expand([folder.path + "/b.rasp", folder.path])
    #expect(files.map { $0.path.dropFirst(folder.path.count) } == ["/b.rasp", "/a.rasp", "/sub/c.rasp"])
    #expect(files.map(\.foundInFolder) == [false, true, true])

    let link = folder.appendingPathExtension("link")
    defer { try? FileManager.default.removeItem(at: link) }
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: folder)
    let linked = try ProgramFile.expand([link.path])
    #expect(linked.map(\.path) == ["a.rasp", "b.rasp", "sub/c.rasp"].map { "\(link.path)/\($0)" })
  }

  @Test func missingAndEmptyAreErrors() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: FileError.self) { try ProgramFile.expand([folder.path]) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    #expect(throws: FileError.self) { try ProgramFile.expand([folder.path]) }
    let latin1 = folder.appendingPathComponent("x.rasp")
    try AtomicFile.write(Data([0x63, 0xe9]), to: latin1)
    let error = #expect(throws: FileError.self) { try ProgramFile.expand([latin1.path])[0].source() }
    #expect(error?.description == "\(latin1.path): error: not UTF-8 text")
  }
}
