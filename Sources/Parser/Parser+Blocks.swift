import Diagnostics
import Lexer

/// Statements with a block: functions, loops, conditions.
extension Parser {
  private mutating func block(_ owner: String) throws(SyntaxError) -> [Statement] {
    try expect(.leftBrace, "to begin the body of the \(owner)")
    let start = tokens[position - 1].end
    return try nested { (parser) throws(SyntaxError) in
      var statements: [Statement] = []
      do throws(SyntaxError) {
        while !parser.isAt(.rightBrace) {
          if parser.isAt(.endOfFile) {
            throw parser.unexpected("expected '}' to end the body of the \(owner)")
          }
          statements.append(try parser.statement())
        }
      } catch {
        if parser.isIncomplete { parser.noteComplete(statements, from: start) }
        throw error
      }
      parser.advance()
      return statements
    }
  }

  /// Notes the complete part of an unfinished block that begins at `start`.
  private mutating func noteComplete(_ statements: [Statement], from start: Int) {
    let mayGoOn =
      switch statements.last?.kind {
      case .conditional: true  // with `else`
      case .command: true  // it needs no `;`
      default: false
      }
    guard let last = statements.dropLast(mayGoOn ? 1 : 0).last else { return }
    completeInOpenBlocks.append(file.range(start, last.range.end))
  }

  mutating func function() throws(SyntaxError) -> Statement.Kind {
    let start = current.start
    advance()
    let name = try expectName("the function's name")
    try expect(.leftParen, "after the function's name")
    var parameters: [Name] = []
    if !isAt(.rightParen) { parameters = try nameList("a parameter's name") }
    try expect(.rightParen, "after the parameters")
    functionDepth += 1
    defer { functionDepth -= 1 }
    let body = try block("function")
    let syntax = FunctionSyntax(
      name: name, parameters: parameters, body: body, range: range(from: start))
    var seen = Set<String>()
    for parameter in parameters where !seen.insert(parameter.text).inserted {
      diagnostics.append(
        Diagnostic("two parameters are called '\(parameter.text)'", at: parameter.range))
    }
    if !Self.containsReturn(body) {
      diagnostics.append(
        Diagnostic(
          "the function '\(name.text)' returns nothing", at: name.range,
          hint: "end it with 'return VALUE;'"))
    }
    return .function(syntax)
  }

  /// Whether there is a `return` anywhere in a function's body.
  private static func containsReturn(_ body: [Statement]) -> Bool {
    body.contains { statement in
      switch statement.kind {
      case .returnValues: true
      case .forLoop(_, _, let body), .whileLoop(_, let body): containsReturn(body)
      case .conditional(let branches, let otherwise):
        branches.contains { containsReturn($0.body) } || containsReturn(otherwise)
      default: false
      }
    }
  }

  mutating func returnStatement() throws(SyntaxError) -> Statement.Kind {
    if functionDepth == 0 {
      throw failure("'return' outside a function", at: currentRange)
    }
    advance()
    let values = try expressionList()
    try expectSemicolon()
    return .returnValues(values)
  }

  mutating func forLoop() throws(SyntaxError) -> Statement.Kind {
    advance()
    let names = try nameList("the loop's variable")
    guard isAt(.in) else { throw unexpected("expected 'in' after the loop's variable") }
    advance()
    let iterable = try expression()
    return .forLoop(names, iterable: iterable, body: try block("loop"))
  }

  /// Whether `while` starts a loop here rather than being a name: a block follows before the statement ends.
  func startsWhileLoop() -> Bool {
    if isAssignmentAhead() { return false }
    var depth = 0
    var previous = tokens[position].kind
    for token in tokens[(position + 1)...] {
      switch token.kind {
      case .symbol(.leftParen), .symbol(.leftBracket): depth += 1
      case .symbol(.rightParen), .symbol(.rightBracket): depth -= 1
      case .symbol(.leftBrace) where depth == 0:
        switch previous {
        case .identifier("while"), .keyword: return false
        case .symbol(.rightParen), .symbol(.rightBracket), .symbol(.rightBrace): return true
        case .symbol: return false
        default: return true
        }
      case .symbol(.semicolon), .endOfFile: return false
      default: break
      }
      previous = token.kind
    }
    return false
  }

  mutating func whileLoop() throws(SyntaxError) -> Statement.Kind {
    advance()
    let condition = try expression()
    return .whileLoop(condition, body: try block("loop"))
  }

  mutating func conditional() throws(SyntaxError) -> Statement.Kind {
    advance()
    var branches: [(condition: Expression, body: [Statement])] = []
    let condition = try expression()
    branches.append((condition, try block("'if'")))
    while true {
      if isAt(word: "elif"), !isAssignmentAhead() {
        advance()
      } else if isAt(.else), peek() == .keyword(.if) {
        advance()
        advance()
      } else {
        break
      }
      let condition = try expression()
      branches.append((condition, try block("'elif'")))
    }
    var otherwise: [Statement] = []
    if isAt(.else) {
      advance()
      otherwise = try block("'else'")
    }
    return .conditional(branches: branches, otherwise: otherwise)
  }
}
