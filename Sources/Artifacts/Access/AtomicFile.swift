import Foundation

/// Writes files so that a reader sees the old one or the whole new one, even if the program is killed.
package enum AtomicFile {
  /// The start of the names of files that are being written.
  static let temporaryPrefix = ".raspc-"

  /// Writes to a temporary name in the same folder, then renames; makes the folder where it is missing.
  ///
  /// - Throws: ``FileError`` with the file's path and the system's reason.
  package static func write(_ data: Data, to url: URL) throws {
    let folder = url.deletingLastPathComponent()
    let temporary = folder.appendingPathComponent(
      "\(temporaryPrefix)\(ProcessInfo.processInfo.processIdentifier)-\(url.lastPathComponent)")
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try data.write(to: temporary)
    } catch {
      try? FileManager.default.removeItem(at: temporary)
      throw FileError(url, FileError.reason(error))
    }
    guard rename(temporary.path, url.path) == 0 else {
      let reason = String(cString: strerror(errno))
      try? FileManager.default.removeItem(at: temporary)
      throw FileError(url, reason)
    }
  }

  /// Writes a value as JSON, its keys sorted, one value a line.
  package static func writeJSON(_ value: some Encodable, to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try write(try encoder.encode(value) + Data("\n".utf8), to: url)
  }

  /// Removes what a run that was killed in the middle of writing has left in a folder.
  package static func removeLeftovers(in folder: URL) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    for name in names where name.hasPrefix(temporaryPrefix) {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
  }
}
