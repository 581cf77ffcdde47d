import Diagnostics
import Parser

/// The lines of a statement until it is complete.
struct StatementBuffer {
  private var text = ""
  /// The text without the complete parts of unfinished blocks. It shows just as well whether the statement is
  /// finished, and a long block need not be parsed again for each of its lines.
  private var openText = ""
  /// The number of bytes parsed so far, for tests of how the work grows.
  private(set) var bytesRead = 0

  var isEmpty: Bool { text.isEmpty }

  /// Adds a line, with its line break.
  ///
  /// - Returns: The statement; nil while it is unfinished.
  mutating func add(_ line: String) -> Parser.Result? {
    text += line
    openText += line
    var parsed = read(openText)
    if !parsed.goesOn, openText.utf8.count < text.utf8.count { parsed = read(text) }
    if parsed.goesOn {
      openText = parsed.openText
      return nil
    }
    text = ""
    openText = ""
    return parsed
  }

  private mutating func read(_ text: String) -> Parser.Result {
    bytesRead += text.utf8.count
    return Parser.read(SourceFile(name: "<input>", text: text))
  }
}

extension Parser.Result {
  /// Whether the only error is that the text ends too early.
  fileprivate var goesOn: Bool { isIncomplete && diagnostics.count == 1 }

  /// The text without the complete parts of unfinished blocks.
  fileprivate var openText: String {
    var kept: [UInt8] = []
    var start = 0
    for range in completeInOpenBlocks.sorted(by: { $0.start < $1.start }) {
      kept += program.file.bytes[start..<range.start]
      start = range.end
    }
    kept += program.file.bytes[start...]
    return String(decoding: kept, as: UTF8.self)
  }
}
