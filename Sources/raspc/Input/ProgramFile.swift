import Artifacts
import Diagnostics
import Foundation

/// A program file that the command line names, directly or through a folder.
struct ProgramFile {
  static let suffix = "rasp"

  let path: String
  /// Whether it was found in a folder; then it may be a library without a circuit.
  let foundInFolder: Bool

  /// The files that arguments name; a folder stands for every program in it and below it, sorted by path.
  ///
  /// - Throws: ``FileError`` if a file does not exist, or a folder has no program.
  static func expand(_ arguments: [String]) throws -> [ProgramFile] {
    var files: [ProgramFile] = []
    for argument in arguments {
      // An enumerator would not follow a symbolic link to a folder.
      let url = URL(fileURLWithPath: argument).resolvingSymlinksInPath()
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder) else {
        throw FileError(path: argument, "no such file or folder")
      }
      guard isFolder.boolValue else {
        files.append(ProgramFile(path: argument, foundInFolder: false))
        continue
      }
      guard
        let tree = FileManager.default.enumerator(
          at: url, includingPropertiesForKeys: nil, options: [.skipsHiddenFiles])
      else { throw FileError(path: argument, "cannot list this folder") }
      let base = url.standardizedFileURL.pathComponents.count
      let prefix = argument.hasSuffix("/") ? argument : argument + "/"
      let found = tree.compactMap { $0 as? URL }.filter { $0.pathExtension == suffix }
        .map { prefix + $0.standardizedFileURL.pathComponents.dropFirst(base).joined(separator: "/") }
      if found.isEmpty { throw FileError(path: argument, "no .\(suffix) file in this folder") }
      files += found.sorted().map { ProgramFile(path: $0, foundInFolder: true) }
    }
    var seen: Set<String> = []
    return files.filter { seen.insert(URL(fileURLWithPath: $0.path).standardizedFileURL.path).inserted }
  }

  /// The file's text.
  ///
  /// - Throws: ``FileError`` if it cannot be read or is not UTF-8.
  func source() throws -> SourceFile {
    let data = try FileReader.data(URL(fileURLWithPath: path))
    guard let text = String(data: data, encoding: .utf8) else {
      throw FileError(path: path, "not UTF-8 text")
    }
    return SourceFile(name: path, text: text)
  }
}
