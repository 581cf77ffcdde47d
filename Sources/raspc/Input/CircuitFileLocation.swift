import Artifacts
import Foundation

/// Where the file that goes with each circuit is: its scores, or its pairs of inputs.
struct CircuitFileLocation: Sendable {
  private let path: String
  private let circuits: Int
  private let extensions: [String]

  /// - Parameters:
  ///   - path: as the user gave it
  ///   - circuits: how many circuits there are
  ///   - extensions: what names of such files end in
  init(_ path: String, circuits: Int, extensions: [String]) {
    self.path = path
    self.circuits = circuits
    self.extensions = extensions
  }

  /// The file of a circuit: the one given, one named like the circuit's folder in a folder that was given, or
  /// one in the circuit's folder.
  ///
  /// - Throws: ``FileError``.
  func file(of folder: ArtifactFolder) throws -> URL {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let name = folder.url.lastPathComponent
    if exists, isFolder.boolValue {
      let names = extensions.map { "\(name).\($0)" }
      let files = names.map { URL(fileURLWithPath: path).appendingPathComponent($0) }
      guard let file = files.first(where: folder.has) else {
        throw FileError(path: path, "it has nothing for \(name): no \(names.joined(separator: " and no "))")
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
