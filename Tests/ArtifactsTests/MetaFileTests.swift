import Compiler
import Foundation
import Testing
import Training
import Transformer

@testable import Artifacts

/// `meta.json` keeps what a folder was made from and what is proved of it.
struct MetaFileTests {
  private func meta(_ certificate: Certificate?, training: MetaFile.TrainingRecord? = nil) -> MetaFile {
    MetaFile(
      raspc: "9.9",
      source: MetaFile.Source(
        path: "a/b.rasp", program: "y = \"\u{e9}\";\n", loaded: ["lib.rasp": "z = 1;"],
        declaration: MetaFile.Declaration(output: "y", vocab: "[1, 1.5]", minLen: 2, maxLen: 3, causal: true)),
      circuit: MetaFile.CircuitRecord(
        name: "y", about: "what it does", minLen: 2, maxLen: 3, causal: true, inputs: "where(x)"),
      compiler: MetaFile.CompilerRecord(fuse: false), certificate: certificate,
      verification: MetaFile.VerificationRecord(inputs: 12, positions: 30, exhaustive: true),
      training: training)
  }

  private func object(_ meta: MetaFile) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(meta)) as? NSDictionary)
  }

  @Test func everythingComesBack() throws {
    let certificate = try #require(try SmallCircuits.tokenBefore().certificate)
    for meta in [meta(certificate), meta(nil)] {
      let read = try JSONDecoder().decode(MetaFile.self, from: JSONEncoder().encode(meta))
      #expect(read.format == 4)
      #expect(read.source == meta.source && read.circuit == meta.circuit && read.compiler == meta.compiler)
      #expect(read.certificate == meta.certificate && read.verification == meta.verification)
      #expect(try object(read) == object(meta))
    }
  }

  /// The names in the file are what others read.
  @Test func theFileHasItsNames() throws {
    let certificate = try #require(try SmallCircuits.tokenBefore().certificate)
    let object = try object(meta(certificate))
    #expect(object["format"] as? Int == 4)
    let proof = (object["certificate"] as? NSDictionary)?["proof"] as? NSDictionary
    #expect(
      Set(proof?.allKeys.compactMap { $0 as? String } ?? []) == [
        "margin", "error", "output_error", "combinations",
      ])
    let claims = (object["certificate"] as? NSDictionary)?["claims"] as? [NSDictionary]
    let value = try #require(claims?.first { $0["variable"] as? String == "before" })
    #expect(value["sop"] is Int && value["direction"] is Int && value["none_direction"] is Int)
    #expect(value["values"] as? [String] == ["[0]", "[1]", "[2]"])
  }

  /// Texts that Swift calls equal are two programs where their code points differ.
  @Test func anotherSpellingIsAnotherProgram() {
    func source(_ letter: String) -> MetaFile.Source {
      MetaFile.Source(
        path: "p.rasp", program: "load \"l\"; x = tokens == \"a\";",
        loaded: ["l.rasp": "y = tokens == \"\(letter)\";"],
        declaration: MetaFile.Declaration(
          output: "x", vocab: "[\"\(letter)\"]", minLen: 1, maxLen: 2, causal: false))
    }
    var other = source("\u{e9}")
    #expect(other == source("\u{e9}"))
    other.declaration?.vocab = "[\"e\u{301}\"]"
    #expect(!other.hasSameContent(as: source("\u{e9}")))
    other = source("\u{e9}")
    other.loaded = source("e\u{301}").loaded
    #expect(other != source("\u{e9}"))
    other = source("\u{e9}")
    other.program += " # e\u{301}"
    var third = source("\u{e9}")
    third.program += " # \u{e9}"
    #expect(!other.hasSameContent(as: third))
  }

  /// A folder of another format, program or compiler is made again; one of the same is not.
  @Test func onlyTheSameFolderIsCurrent() throws {
    let compiled = try SmallCircuits.reverse()
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("meta-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    let folder = ArtifactFolder(url)
    let meta = meta(compiled.certificate)
    try folder.write(compiled, meta: meta)
    #expect(folder.current(meta)?.certificate == compiled.certificate)
    var older = meta
    older.format = 2
    #expect(folder.current(older) == nil)
    var other = meta
    other.source.program += " "
    #expect(folder.current(other) == nil)
    other = meta
    other.compiler.fuse.toggle()
    #expect(folder.current(other) == nil)
    other = meta
    other.compiler.version += 1
    #expect(folder.current(other) == nil)
    // What is proved is no part of what a folder is made from.
    other = meta
    other.certificate = nil
    #expect(folder.current(other) != nil)
    try FileManager.default.removeItem(at: folder.weightsURL(.hl))
    #expect(folder.current(meta) == nil)
  }

  /// Stored weights take the compiled ones' place; those of other sizes do not.
  @Test func storedWeightsAreTaken() throws {
    let compiled = try SmallCircuits.reverse()
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("meta-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    let folder = ArtifactFolder(url)
    var changed = compiled.parameters
    changed.values[changed.layout.unembed.range.first { changed.values[$0] != 0 }!] = 0.25
    var other = compiled
    other.parameters = changed
    try folder.write(other, meta: meta(compiled.certificate))
    let stored = try folder.withStoredWeights(compiled)
    #expect(stored.parameters.values == changed.values)
    #expect(!stored.certified().isProved)
    let larger = try SmallCircuits.histogram()
    #expect(throws: FileError.self) { try folder.withStoredWeights(larger) }
  }
}
