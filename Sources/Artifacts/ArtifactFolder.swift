import Discovery
import Foundation

/// The folder of one circuit: where each of its files lies, and reading them back.
package struct ArtifactFolder: Sendable {
  package let url: URL

  package init(_ url: URL) { self.url = url }

  package var vocabularyURL: URL { file("vocab.json") }
  package var alignmentURL: URL { file("alignment.json") }
  package var edgesURL: URL { file("edges.json") }
  package var metaURL: URL { file("meta.json") }
  package var metricsURL: URL { file("metrics.jsonl") }
  package var evaluationURL: URL { file("eval.json") }
  package func discoveryURL(method: String) -> URL { file("discover-\(method).json") }
  /// Pairs of inputs for interventions, as JSON lines and as tensors.
  package var pairsURL: URL { file("pairs.jsonl") }
  package var pairTensorsURL: URL { file("pairs.safetensors") }
  /// The methods that the folder has scores of, in alphabetical order.
  package var discoveredMethods: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.compactMap { $0.wholeMatch(of: /discover-(.+)\.json/).map { String($0.1) } }.sorted()
  }
  /// A training that has not ended, and what it depends on, which is written before it.
  package var checkpointURL: URL { file("checkpoint.safetensors") }
  package var pendingURL: URL { file("training.json") }
  package func weightsURL(_ model: CircuitModel) -> URL { file("\(model.rawValue)_model.safetensors") }
  package func configURL(_ model: CircuitModel) -> URL { file("\(model.rawValue)_model_cfg.json") }

  /// A file of this folder by name.
  package func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  package func has(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

  /// Whether both files of a transformer are here.
  package func has(_ model: CircuitModel) -> Bool { has(configURL(model)) && has(weightsURL(model)) }

  /// Whether this is a circuit's folder at all, complete or not.
  package var looksLikeArtifacts: Bool {
    has(metaURL) || [CircuitModel.hl, .ll].contains { has(weightsURL($0)) || has(configURL($0)) }
  }

  /// The circuits' folders that a path stands for: itself, or those in it, sorted.
  package static func all(under path: String) -> [ArtifactFolder] {
    let folder = ArtifactFolder(URL(fileURLWithPath: path))
    if folder.looksLikeArtifacts { return [folder] }
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    return names.map { ArtifactFolder(folder.file($0)) }.filter(\.looksLikeArtifacts)
  }

  /// Throws ``FileError`` where this is no folder, or none that raspc has written to the end.
  package func check() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw FileError(url, "no such folder")
    }
    guard isFolder.boolValue else { throw FileError(url, "this is a file, not a circuit folder") }
    if looksLikeArtifacts {
      if !has(metaURL) {
        throw FileError(url, "the folder is incomplete: meta.json is missing; compile the circuit again")
      }
      return
    }
    let circuits = Self.all(under: url.relativePath).map(\.url.lastPathComponent)
    let hint = circuits.isEmpty ? "" : "; the circuit folders in it are \(circuits.joined(separator: ", "))"
    throw FileError(url, "not a circuit folder" + hint)
  }

  package func vocabulary() throws -> VocabularyFile { try VocabularyFile(reading: vocabularyURL) }

  package func meta() throws -> MetaFile {
    try check()
    struct Version: Decodable { let format: Int }
    let format = try FileReader.json(Version.self, metaURL).format
    guard format == MetaFile.currentFormat else {
      throw FileError(metaURL, FormatError(found: format, known: MetaFile.currentFormat).description)
    }
    return try FileReader.json(MetaFile.self, metaURL)
  }
}
