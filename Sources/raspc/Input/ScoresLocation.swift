import Artifacts
import Foundation

/// Where the scores of each circuit are.
struct ScoresLocation: Sendable {
  private let path: String
  private let circuits: Int

  /// - Parameters:
  ///   - path: as the user gave it
  ///   - circuits: how many circuits there are to judge
  init(_ path: String, circuits: Int) {
    self.path = path
    self.circuits = circuits
  }

  /// The file with a circuit's scores: the one given, one named like the circuit's folder in a folder that was given, or
  /// one in the circuit's folder.
  ///
  /// - Throws: ``FileError``.
  func file(of folder: ArtifactFolder) throws -> URL {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let name = folder.url.lastPathComponent
    if exists, isFolder.boolValue {
      let files = ["json", "csv"].map { URL(fileURLWithPath: path).appendingPathComponent("\(name).\($0)") }
      guard let file = files.first(where: folder.has) else {
        throw FileError(path: path, "it has no scores for \(name): neither \(name).json nor \(name).csv")
      }
      return file
    }
    if exists {
      guard circuits == 1 else {
        throw FileError(
          path: path,
          "this is one file, but there are \(circuits) circuits; give a folder with a file for each, such as \(name).json"
        )
      }
      return URL(fileURLWithPath: path)
    }
    guard !path.contains("/"), folder.has(folder.file(path)) else {
      throw FileError(path: path, "no such file or folder, and none in \(folder.url.relativePath)")
    }
    return folder.file(path)
  }
}
