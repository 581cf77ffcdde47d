import Diagnostics
import Lexer

/// `circuit` blocks.
extension Parser {
  mutating func circuit() throws(SyntaxError) -> Statement.Kind {
    if nesting > 0 {
      throw failure("a circuit can only be declared at the top level of a file", at: currentRange)
    }
    advance()
    let name = try expectName("the circuit's name")
    try expect(.leftBrace, "to begin the circuit")
    var settings: [CircuitSyntax.Setting] = []
    while !isAt(.rightBrace) {
      let key = try expectName("a setting such as 'vocab'")
      try expect(.assign, "after '\(key.text)'")
      let value: CircuitSyntax.Value =
        isAt(.leftBrace) ? .group(try group()) : .expression(try expression())
      settings.append(CircuitSyntax.Setting(key: key, value: value))
      try expectSemicolon()
    }
    advance()
    _ = take(.semicolon)
    return .circuit(CircuitSyntax(name: name, settings: settings))
  }

  private mutating func group() throws(SyntaxError) -> [(key: Name, value: Expression)] {
    try expect(.leftBrace, "here")
    var entries: [(key: Name, value: Expression)] = []
    while !isAt(.rightBrace) {
      let key: Name
      if case .string(let text) = current.kind {
        key = Name(text, range: currentRange)
        advance()
      } else {
        key = try expectName("a setting's name")
      }
      if !take(.colon) { try expect(.assign, "after '\(key.text)'") }
      entries.append((key, try expression()))
      if !take(.comma) && !take(.semicolon) { break }
    }
    try expect(.rightBrace, "to close the settings")
    return entries
  }
}
