import Foundation

/// Runs the `raspc` executable that was built with the tests, in a folder of its own.
struct Executable {
  /// How a run ended.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The working directory; removed by ``clean()``.
  let folder: URL

  /// The executable itself, beside that of the tests.
  static var url: URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("raspc")
  }

  /// - Parameter files: texts by path, to write into the working directory.
  init(_ files: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("raspc-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (path, text) in files {
      let url = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
  }

  func clean() { try? FileManager.default.removeItem(at: folder) }

  /// Runs to the end.
  func callAsFunction(_ arguments: String..., input: String = "") throws -> Outcome {
    let process = try start(arguments, input: input)
    return process.finish()
  }

  /// Starts a run that the caller may stop.
  func start(_ arguments: [String], input: String = "") throws -> Running {
    let process = Process()
    process.executableURL = Self.url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    // Files, not pipes: nothing has to read along while the program runs.
    let names = ["stdin", "stdout", "stderr"].map { folder.appendingPathComponent(".test-\($0)") }
    try Data(input.utf8).write(to: names[0])
    for name in names[1...] { try Data().write(to: name) }
    process.standardInput = try FileHandle(forReadingFrom: names[0])
    process.standardOutput = try FileHandle(forWritingTo: names[1])
    process.standardError = try FileHandle(forWritingTo: names[2])
    try process.run()
    return Running(process: process, output: names[1], errors: names[2])
  }

  /// Paths of all files under the working directory, sorted.
  var files: [String] {
    let tree = FileManager.default.enumerator(atPath: folder.path)
    let paths = tree?.compactMap { $0 as? String } ?? []
    return paths.filter { path in
      var isFolder: ObjCBool = false
      let path = folder.appendingPathComponent(path).path
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return false }
      return !isFolder.boolValue && !path.contains("/.test-")
    }.sorted()
  }

  func contents(_ path: String) throws -> Data {
    try Data(contentsOf: folder.appendingPathComponent(path))
  }

  /// A run that has been started.
  struct Running {
    let process: Process
    let output: URL
    let errors: URL

    /// Waits for the end.
    func finish() -> Outcome {
      process.waitUntilExit()
      func text(_ url: URL) -> String {
        (try? String(contentsOf: url, encoding: .utf8)) ?? ""
      }
      return Outcome(status: process.terminationStatus, output: text(output), errors: text(errors))
    }

    /// Ends the run as a power failure would.
    func kill() {
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }
}
