import Diagnostics
import Lexer

/// Turns tokens into statements; start reading here.
///
/// A recursive-descent parser with a file for each kind of statement, and precedence climbing for expressions
/// (`Parser+Expressions.swift`). A syntax error gives one diagnostic, and parsing continues after the statement
/// (`Parser+Recovery.swift`), so that all errors of a file are reported together. The grammar is that of RASP 0.1
/// with these additions: `circuit` blocks, `if`, `elif`, `while`, `return` anywhere in a function, selector
/// predicates, `!=` in expressions, single-quoted strings with escapes, floats with exponents, comments
/// anywhere, and commas after the last item of a list.
package struct Parser {
  /// The result of parsing a file.
  package struct Result: Sendable {
    package let program: ProgramSyntax
    package let diagnostics: [Diagnostic]
    /// Whether the input ends inside a statement, so that more lines could complete it.
    package let isIncomplete: Bool
    /// The parts of unfinished blocks that are complete whatever follows. A caller that waits for more lines can
    /// leave them out when it asks again whether the input is complete.
    package let completeInOpenBlocks: [SourceRange]
  }

  /// Levels of nested brackets and blocks; deeper programs are refused before they can exhaust the stack.
  static let maximumNesting = 200
  /// Levels of an expression; chains such as `a + b + c` count.
  static let maximumDepth = 1500

  let file: SourceFile
  let tokens: [Token]
  var position = 0
  var diagnostics: [Diagnostic]
  var isIncomplete = false
  var completeInOpenBlocks: [SourceRange] = []
  var nesting = 0
  /// Inside a REPL command, which ends with its line.
  var endsWithLine = false
  var functionDepth = 0

  private init(_ file: SourceFile) {
    self.file = file
    (tokens, diagnostics) = Lexer.tokenize(file)
  }

  /// The statements of a file and its errors, in the order of the text.
  package static func read(_ file: SourceFile) -> Result {
    var parser = Parser(file)
    var statements: [Statement] = []
    while !parser.isAt(.endOfFile) {
      if let statement = parser.topLevelStatement() { statements.append(statement) }
    }
    let diagnostics = parser.diagnostics.sorted { ($0.range?.start ?? 0) < ($1.range?.start ?? 0) }
    return Result(
      program: ProgramSyntax(file: file, statements: statements), diagnostics: diagnostics,
      isIncomplete: parser.isIncomplete, completeInOpenBlocks: parser.completeInOpenBlocks)
  }

  // MARK: Tokens

  var current: Token { tokens[position] }

  func peek(_ distance: Int = 1) -> Token.Kind {
    tokens[min(position + distance, tokens.count - 1)].kind
  }

  func isAt(_ kind: Token.Kind) -> Bool { current.kind == kind }
  func isAt(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }
  func isAt(_ keyword: Keyword) -> Bool { current.kind == .keyword(keyword) }
  func isAt(word: String) -> Bool { current.kind == .identifier(word) }

  var currentRange: SourceRange { file.range(current.start, current.end) }

  /// The range from the start of a token to the end of the last token read.
  func range(from start: Int) -> SourceRange {
    file.range(start, position > 0 ? max(start, tokens[position - 1].end) : start)
  }

  mutating func advance() {
    if position < tokens.count - 1 { position += 1 }
  }

  mutating func take(_ symbol: Symbol) -> Bool {
    guard isAt(symbol) else { return false }
    advance()
    return true
  }

  mutating func expect(_ symbol: Symbol, _ context: String, hint: String? = nil) throws(SyntaxError) {
    guard take(symbol) else { throw unexpected("expected '\(symbol.rawValue)' \(context)", hint: hint) }
  }

  mutating func expectName(_ role: String) throws(SyntaxError) -> Name {
    guard case .identifier(let text) = current.kind else {
      var hint: String?
      if case .keyword(let word) = current.kind { hint = "'\(word.rawValue)' is a keyword" }
      throw unexpected("expected \(role)", hint: hint)
    }
    let name = Name(text, range: currentRange)
    advance()
    return name
  }

  // MARK: Errors

  /// A syntax error has been reported; unwind to the statement.
  struct SyntaxError: Error {}

  /// Reports that the current token does not fit.
  mutating func unexpected(_ expectation: String, hint: String? = nil) -> SyntaxError {
    switch current.kind {
    case .invalid:
      break
    case .endOfFile:
      isIncomplete = true
      // A caret after the last character, where something is missing.
      let end = position > 0 ? tokens[position - 1].end : 0
      diagnostics.append(
        Diagnostic("\(expectation), found the end of the input", at: file.range(end, end), hint: hint))
    default:
      diagnostics.append(
        Diagnostic("\(expectation), found \(current.kind)", at: currentRange, hint: hint))
    }
    return SyntaxError()
  }

  mutating func failure(_ message: String, at range: SourceRange, hint: String? = nil) -> SyntaxError {
    diagnostics.append(Diagnostic(message, at: range, hint: hint))
    return SyntaxError()
  }

  /// Runs `body` one level deeper, or throws if that is too deep.
  mutating func nested<Output>(
    _ body: (inout Parser) throws(SyntaxError) -> Output
  ) throws(SyntaxError) -> Output {
    guard nesting < Self.maximumNesting else {
      throw failure(
        "nested more than \(Self.maximumNesting) levels deep", at: currentRange,
        hint: "assign the inner parts to names")
    }
    nesting += 1
    defer { nesting -= 1 }
    return try body(&self)
  }
}
