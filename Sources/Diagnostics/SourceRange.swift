/// A part of a source file, `start..<end` in UTF-8 offsets.
public struct SourceRange: Sendable, Hashable {
  public let file: SourceFile
  public let start: Int
  public let end: Int

  public init(file: SourceFile, start: Int, end: Int) {
    self.file = file
    self.start = start
    self.end = end
  }

  /// The smallest range that covers both.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(file: file, start: min(start, other.start), end: max(end, other.end))
  }

  public var text: String {
    String(decoding: file.bytes[start..<max(start, end)], as: UTF8.self)
  }

  public static func == (a: SourceRange, b: SourceRange) -> Bool {
    a.file === b.file && a.start == b.start && a.end == b.end
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(file))
    hasher.combine(start)
    hasher.combine(end)
  }
}

extension SourceFile {
  /// The part of this file between two UTF-8 offsets.
  public func range(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(file: self, start: start, end: max(start, end))
  }
}
