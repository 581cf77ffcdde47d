import Diagnostics
import Foundation
import Parser

/// The files that a program loads.
struct LoadedFiles {
  /// Every loaded file, once.
  private(set) var files: [SourceFile] = []
  /// Whether a file could not be loaded, so that an unknown name may be one of its names.
  private(set) var areIncomplete = false
  /// The names of the files being loaded, innermost last, to refuse a file that loads itself.
  private var open: [String] = []
  private let texts: [String: String]

  private static let maximumNesting = 64

  /// - Parameter texts: Texts by path, used instead of files.
  init(texts: [String: String] = [:]) { self.texts = texts }

  /// Opens the program's own file.
  mutating func begin(_ file: SourceFile) { open.append(file.name) }

  /// Opens the file that `load "name";` refers to.
  ///
  /// - Throws: ``Diagnostics/Diagnostic`` if there is no such file, ``EvaluationError`` if it loads itself.
  mutating func begin(_ name: Name) throws -> SourceFile {
    let file: SourceFile
    do {
      file = try find(name)
    } catch {
      areIncomplete = true
      throw error
    }
    guard !open.contains(file.name), open.count < Self.maximumNesting else {
      throw EvaluationError("'\(name.text)' loads itself")
    }
    if !files.contains(where: { $0.name == file.name }) { files.append(file) }
    open.append(file.name)
    return file
  }

  /// Closes the file that was opened last.
  mutating func end() { open.removeLast() }

  /// Finds a file next to the one that loads it or, failing that, in the current folder.
  private func find(_ name: Name) throws(Diagnostic) -> SourceFile {
    let file = name.text + ".rasp"
    var places: [String] = []
    if !file.hasPrefix("/"), let loading = open.last, loading.contains("/") {
      places.append((loading as NSString).deletingLastPathComponent + "/" + file)
    }
    places.append(file)
    for place in places {
      if let text = texts[place] { return SourceFile(name: place, text: text) }
    }
    for place in places where FileManager.default.fileExists(atPath: place) {
      do {
        return try ProgramLoader.read(place)
      } catch {
        throw Diagnostic(error.list[0].message, at: name.range)
      }
    }
    throw Diagnostic(
      "could not find the file \(file)", at: name.range,
      hint: "looked for \(places.joined(separator: " and "))")
  }
}
