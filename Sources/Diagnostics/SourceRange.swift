/// A part of a source file, `start..<end` in UTF-8 offsets.
package struct SourceRange: Sendable, Hashable {
  package let file: SourceFile
  package let start: Int
  package let end: Int

  package init(file: SourceFile, start: Int, end: Int) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// The smallest range that covers both.
  package func union(_ other: SourceRange) -> SourceRange {
    SourceRange(file: file, start: min(start, other.start), end: max(end, other.end))
  }

  package var text: String {
    String(decoding: file.bytes[start..<max(start, end)], as: UTF8.self)
  }

  package static func == (a: SourceRange, b: SourceRange) -> Bool {
    a.file === b.file && a.start == b.start && a.end == b.end
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(file))
    hasher.combine(start)
    hasher.combine(end)
  }
}

extension SourceFile {
  /// The part of this file between two UTF-8 offsets.
  package func range(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(file: self, start: start, end: max(start, end))
  }
}
