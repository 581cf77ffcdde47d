/// One lexical unit of a program, with its place in the file.
package struct Token: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case identifier(String)
    case integer(Int)
    case float(Double)
    case string(String)
    case keyword(Keyword)
    case symbol(Symbol)
    /// Text that is not a token; the lexer has already reported it.
    case invalid
    case endOfFile
  }

  package let kind: Kind
  /// UTF-8 offsets of the token's text.
  package let start: Int
  package let end: Int
  /// Whether the token is the first on its line; only needed for REPL commands, which end with their line.
  package let startsLine: Bool

  package init(_ kind: Kind, start: Int, end: Int, startsLine: Bool) {
    self.kind = kind
    self.start = start
    self.end = end
    self.startsLine = startsLine
  }
}

/// A keyword, which can never be a name.
package enum Keyword: String, Sendable, Hashable, CaseIterable {
  case `if`, `else`, `not`, and, or, def, `return`, `for`, `in`, round, indicator
}

/// Punctuation and operators.
package enum Symbol: String, Sendable, Hashable, CaseIterable {
  case leftParen = "("
  case rightParen = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case leftBrace = "{"
  case rightBrace = "}"
  case comma = ","
  case semicolon = ";"
  case colon = ":"
  case assign = "="
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
  case plus = "+"
  case minus = "-"
  case star = "*"
  case slash = "/"
  case percent = "%"
  case caret = "^"
}

extension Token.Kind: CustomStringConvertible {
  /// The token as diagnostics name it.
  package var description: String {
    switch self {
    case .identifier(let name): "name '\(name)'"
    case .integer(let value): "number \(value)"
    case .float(let value): "number \(value)"
    case .string(let text): text.count > 20 ? "a string" : "\"\(text)\""
    case .keyword(let word): "'\(word.rawValue)'"
    case .symbol(let symbol): "'\(symbol.rawValue)'"
    case .invalid: "unreadable text"
    case .endOfFile: "the end of the input"
    }
  }
}
