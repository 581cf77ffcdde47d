/// The text of one program file, with its lines.
///
/// Positions inside a file are UTF-8 byte offsets; `position(of:)` turns one into a line and a column as
/// people and editors count them.
package final class SourceFile: Sendable {
  /// The path as the user wrote it, or `<input>` and the like.
  package let name: String
  /// The text as UTF-8.
  package let bytes: [UInt8]
  /// Offset of the first byte of every line.
  let lineStarts: [Int]

  package init(name: String, text: String) {
    self.name = name
    self.bytes = Array(text.utf8)
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    self.lineStarts = starts
  }

  /// A place in a file as people count it: both numbers start at 1, columns count characters.
  package struct Position: Hashable, Sendable {
    package let line: Int
    package let column: Int
  }

  /// The line and column of a byte offset; offsets past the end give the end of the file.
  package func position(of offset: Int) -> Position {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let prefix = String(decoding: bytes[lineStarts[low]..<offset], as: UTF8.self)
    return Position(line: low + 1, column: prefix.count + 1)
  }

  /// The text of a line, counted from 1, without its line break.
  package func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
