import Diagnostics

/// Turns program text into tokens; start reading here.
///
/// The lexer never fails: text that is not a token becomes an ``Token/Kind/invalid`` token and a diagnostic,
/// and reading continues after it. Comments (`#` to the end of the line) and white space are dropped.
package struct Lexer {
  private let file: SourceFile
  private let bytes: [UInt8]
  private var offset = 0
  private var tokens: [Token] = []
  private var diagnostics: [Diagnostic] = []

  private init(_ file: SourceFile) {
    self.file = file
    self.bytes = file.bytes
  }

  /// The tokens of a file, ending with ``Token/Kind/endOfFile``, and the errors.
  package static func tokenize(_ file: SourceFile) -> (tokens: [Token], diagnostics: [Diagnostic]) {
    var lexer = Lexer(file)
    lexer.run()
    return (lexer.tokens, lexer.diagnostics)
  }

  private mutating func run() {
    var startsLine = true
    while true {
      while offset < bytes.count {
        let byte = bytes[offset]
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
          startsLine = true
          offset += 1
        } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
          offset += 1
        } else if byte == UInt8(ascii: "#") {
          while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
        } else {
          break
        }
      }
      let start = offset
      let kind = offset < bytes.count ? next() : .endOfFile
      tokens.append(Token(kind, start: start, end: offset, startsLine: startsLine))
      startsLine = false
      if kind == .endOfFile { return }
    }
  }

  /// Reads one token; `offset` is at its first byte before, and after its last byte afterwards.
  private mutating func next() -> Token.Kind {
    let byte = bytes[offset]
    if Self.isDigit(byte) { return number() }
    if Self.isNameStart(byte) { return name() }
    switch byte {
    case UInt8(ascii: "\""): return rawString()
    case UInt8(ascii: "'"): return escapedString()
    default: break
    }
    if offset + 1 < bytes.count {
      let pair = String(decoding: bytes[offset...offset + 1], as: UTF8.self)
      if let symbol = Symbol(rawValue: pair) {
        offset += 2
        return .symbol(symbol)
      }
    }
    if let symbol = Symbol(rawValue: String(UnicodeScalar(byte))) {
      offset += 1
      return .symbol(symbol)
    }
    return unreadable()
  }

  private mutating func name() -> Token.Kind {
    let start = offset
    while offset < bytes.count, Self.isNameStart(bytes[offset]) || Self.isDigit(bytes[offset]) {
      offset += 1
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    return Keyword(rawValue: text).map { .keyword($0) } ?? .identifier(text)
  }

  private mutating func number() -> Token.Kind {
    let start = offset
    skipDigits()
    var isFloat = false
    if offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "."), Self.isDigit(bytes[offset + 1]) {
      isFloat = true
      offset += 1
      skipDigits()
    }
    if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
      var end = offset + 1
      if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") { end += 1 }
      if end < bytes.count, Self.isDigit(bytes[end]) {
        isFloat = true
        offset = end
        skipDigits()
      }
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isFloat {
      if let value = Double(text), value.isFinite { return .float(value) }
      return invalid("the number \(text) is too large", from: start)
    }
    if let value = Int(text) { return .integer(value) }
    return invalid("the number \(text.prefix(24)) does not fit in 64 bits", from: start)
  }

  private mutating func skipDigits() {
    while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
  }

  /// A double-quoted string, in which every character stands for itself, as in RASP 0.1.
  private mutating func rawString() -> Token.Kind {
    let start = offset
    offset += 1
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\"") {
      if bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "\r") {
        return unterminated(from: start, quote: "\"")
      }
      offset += 1
    }
    guard offset < bytes.count else { return unterminated(from: start, quote: "\"") }
    offset += 1
    return .string(String(decoding: bytes[(start + 1)..<(offset - 1)], as: UTF8.self))
  }

  /// A single-quoted string, with backslash escapes.
  private mutating func escapedString() -> Token.Kind {
    let start = offset
    offset += 1
    var content: [UInt8] = []
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "'") {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        return unterminated(from: start, quote: "'")
      }
      offset += 1
      guard byte == UInt8(ascii: "\\"), offset < bytes.count else {
        content.append(byte)
        continue
      }
      switch bytes[offset] {
      case UInt8(ascii: "n"): content.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "t"): content.append(UInt8(ascii: "\t"))
      case UInt8(ascii: "r"): content.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): content.append(bytes[offset])
      case UInt8(ascii: "u"):
        guard let scalar = unicodeEscape() else { continue }
        content.append(contentsOf: String(Character(scalar)).utf8)
        continue
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        return unterminated(from: start, quote: "'")
      default:
        let escape = file.range(offset - 1, offset + 1)
        diagnostics.append(
          Diagnostic(
            "unknown escape in a string", at: escape,
            hint: #"the escapes are \n, \t, \r, \\, \', \" and \u{1F600}"#))
      }
      offset += 1
    }
    guard offset < bytes.count else { return unterminated(from: start, quote: "'") }
    offset += 1
    return .string(String(decoding: content, as: UTF8.self))
  }

  /// Reads `u{HEX}` after a backslash.
  private mutating func unicodeEscape() -> UnicodeScalar? {
    let start = offset - 1
    offset += 1
    var end = offset
    while end < bytes.count, bytes[end] != UInt8(ascii: "}"), bytes[end] != UInt8(ascii: "'"),
      bytes[end] != UInt8(ascii: "\n"), end - offset < 10
    {
      end += 1
    }
    let text = String(decoding: bytes[offset..<end], as: UTF8.self)
    if end < bytes.count, bytes[end] == UInt8(ascii: "}"), text.first == "{",
      let code = UInt32(text.dropFirst(), radix: 16), let scalar = UnicodeScalar(code)
    {
      offset = end + 1
      return scalar
    }
    diagnostics.append(
      Diagnostic(
        "this escape is not a character", at: file.range(start, end), hint: #"write it as \u{1F600}"#))
    offset = end
    return nil
  }

  private mutating func unterminated(from start: Int, quote: String) -> Token.Kind {
    invalid(
      "the string is not closed", from: start, hint: "close it with \(quote) on the same line")
  }

  private mutating func unreadable() -> Token.Kind {
    let start = offset
    // A run of such characters is one mistake, not many.
    while offset < bytes.count, !Self.mayStartToken(bytes[offset]) { offset += 1 }
    if offset == start { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    var hint: String?
    switch text {
    case "!": hint = "use \"not\" to negate and \"!=\" to compare"
    case "&", "&&": hint = "write \"and\""
    case "|", "||": hint = "write \"or\""
    case "“", "”", "‘", "’": hint = "use straight quotes: \""
    default: break
    }
    return invalid("unexpected \"\(text.prefix(20))\"", from: start, hint: hint)
  }

  private mutating func invalid(_ message: String, from start: Int, hint: String? = nil) -> Token.Kind {
    diagnostics.append(Diagnostic(message, at: file.range(start, offset), hint: hint))
    return .invalid
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
  }

  private static func mayStartToken(_ byte: UInt8) -> Bool {
    if isDigit(byte) || isNameStart(byte) { return true }
    return "()[]{},;:=<>+-*/%^\"'# \t\r\n".utf8.contains(byte)
  }
}
