import Diagnostics
import Lexer

/// Statements, but for those with a block.
extension Parser {
  mutating func statement() throws(SyntaxError) -> Statement {
    let start = current.start
    let kind = try statementKind()
    return Statement(kind, range: range(from: start))
  }

  private mutating func statementKind() throws(SyntaxError) -> Statement.Kind {
    switch current.kind {
    case .keyword(.def): return try function()
    case .keyword(.for): return try forLoop()
    case .keyword(.if): return try conditional()
    case .keyword(.return): return try returnStatement()
    case .symbol(.semicolon):
      throw unexpected("expected a statement", hint: "remove this ';'")
    case .symbol(.rightBrace):
      throw unexpected("expected a statement", hint: "no block is open here")
    case .identifier(let word):
      if let kind = try wordStatement(word) { return kind }
    default: break
    }
    return try expressionOrAssignment()
  }

  /// Statements that start with a word that is a name elsewhere.
  private mutating func wordStatement(_ word: String) throws(SyntaxError) -> Statement.Kind? {
    switch word {
    case "load":
      guard case .string(let path) = peek() else { return nil }
      advance()
      let name = Name(path, range: currentRange)
      advance()
      try expectSemicolon()
      return .load(name)
    case "draw":
      guard peek() == .symbol(.leftParen) else { return nil }
      return try draw()
    case "circuit":
      guard case .identifier = peek(), peek(2) == .symbol(.leftBrace) else { return nil }
      return try circuit()
    case "while":
      guard startsWhileLoop() else { return nil }
      return try whileLoop()
    default:
      return try command(word)
    }
  }

  func isAssignmentAhead() -> Bool {
    switch peek() {
    case .symbol(.assign), .symbol(.comma): true
    default: false
    }
  }

  private mutating func expressionOrAssignment() throws(SyntaxError) -> Statement.Kind {
    if let names = try assignmentTargets() {
      let values = try expressionList()
      try expectSemicolon()
      return .assignment(names, values)
    }
    let value = try expression()
    if isAt(.assign) {
      throw failure(
        "only names can be assigned to", at: value.range,
        hint: "to compare, write '=='")
    }
    try expectSemicolon()
    return .expression(value)
  }

  /// Reads `a, b =` if that comes next.
  private mutating func assignmentTargets() throws(SyntaxError) -> [Name]? {
    var ahead = 0
    while true {
      guard case .identifier = peek(ahead) else { return nil }
      switch peek(ahead + 1) {
      case .symbol(.comma): ahead += 2
      case .symbol(.assign):
        let names = try nameList("a name")
        try expect(.assign, "here")
        return names
      default: return nil
      }
    }
  }

  mutating func expectSemicolon() throws(SyntaxError) {
    if take(.semicolon) { return }
    guard !isAt(.endOfFile), !isAt(.invalid), current.startsLine, position > 0 else {
      throw unexpected("expected ';' to end the statement")
    }
    // The next line starts something else, so what is missing is missing here, and the rest is fine.
    let end = tokens[position - 1].end
    diagnostics.append(Diagnostic("expected ';' to end the statement", at: file.range(end, end)))
    if case .symbol = current.kind { throw SyntaxError() }
  }

  mutating func nameList(_ role: String) throws(SyntaxError) -> [Name] {
    var names = [try expectName(role)]
    while take(.comma) { names.append(try expectName(role)) }
    return names
  }

  private mutating func draw() throws(SyntaxError) -> Statement.Kind {
    advance()
    try expect(.leftParen, "after 'draw'")
    let subject = try expression()
    var input: Expression?
    if take(.comma) { input = try expression() }
    try expect(.rightParen, "to close 'draw('")
    try expectSemicolon()
    return .draw(subject, input: input)
  }
}
