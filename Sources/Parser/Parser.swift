import Diagnostics
import Lexer

/// Turns tokens into statements; start reading here.
///
/// A recursive-descent parser, with precedence climbing for expressions (`Parser+Expressions.swift`). A
/// syntax error gives one diagnostic, and parsing continues after the statement, so that all errors of a file
/// are reported together. The grammar is that of RASP 0.1 with these additions: `circuit` blocks, `if`,
/// `elif`, `while`, `return` anywhere in a function, selector predicates, `!=` in expressions, single-quoted
/// strings with escapes, floats with exponents, comments anywhere, and commas after the last item of a list.
public struct Parser {
  /// The result of parsing a file.
  public struct Result: Sendable {
    public let program: ProgramSyntax
    public let diagnostics: [Diagnostic]
    /// Whether the input ends inside a statement, so that more lines could complete it.
    public let isIncomplete: Bool
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
  var nesting = 0
  /// Inside a REPL command, which ends with its line.
  var endsWithLine = false
  var functionDepth = 0

  private init(_ file: SourceFile) {
    self.file = file
    (tokens, diagnostics) = Lexer.tokenize(file)
  }

  /// The statements of a file and its errors, in the order of the text.
  public static func parse(_ file: SourceFile) -> (ProgramSyntax, [Diagnostic]) {
    let result = read(file)
    return (result.program, result.diagnostics)
  }

  /// Like ``parse(_:)``, and whether the input just ends too early.
  public static func read(_ file: SourceFile) -> Result {
    var parser = Parser(file)
    var statements: [Statement] = []
    while !parser.isAt(.endOfFile) {
      if let statement = parser.topLevelStatement() { statements.append(statement) }
    }
    let diagnostics = parser.diagnostics.sorted { ($0.range?.start ?? 0) < ($1.range?.start ?? 0) }
    return Result(
      program: ProgramSyntax(file: file, statements: statements), diagnostics: diagnostics,
      isIncomplete: parser.isIncomplete)
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

  // MARK: Statements

  private mutating func topLevelStatement() -> Statement? {
    let start = position
    nesting = 0
    functionDepth = 0
    endsWithLine = false
    do {
      return try statement()
    } catch {
      recover(from: start)
      return unreadStatement(from: start)
    }
  }

  /// Stands in for a statement that could not be parsed: the names it seems to bind, so that their uses are
  /// not reported as errors too.
  private func unreadStatement(from start: Int) -> Statement? {
    var names: [Name] = []
    for place in start..<position {
      guard case .identifier(let text) = tokens[place].kind else { continue }
      let before = place > start ? tokens[place - 1].kind : .endOfFile
      let after = tokens[place + 1].kind
      let isBound =
        after == .symbol(.assign) || before == .keyword(.def) || before == .keyword(.for)
        || (after == .symbol(.comma) && before != .symbol(.leftParen))
      if isBound { names.append(Name(text, range: file.range(tokens[place].start, tokens[place].end))) }
    }
    guard !names.isEmpty else { return nil }
    let range = range(from: tokens[start].start)
    return Statement(.assignment(names, [Expression(.invalid, range: range)]), range: range)
  }

  /// Skips to where a statement can begin: after a `;` or the `}` of a block, or at a line that starts one.
  private mutating func recover(from start: Int) {
    var braces = 0
    // Braces that the failed statement opened are closed by the skipped text.
    for token in tokens[start..<position] {
      if token.kind == .symbol(.leftBrace) { braces += 1 }
      if token.kind == .symbol(.rightBrace) { braces = max(0, braces - 1) }
    }
    if position == start, !isAt(.endOfFile) {
      if isAt(.leftBrace) { braces += 1 }
      if isAt(.semicolon) || isAt(.rightBrace) {
        advance()
        return
      }
      advance()
    }
    while !isAt(.endOfFile) {
      switch current.kind {
      case .symbol(.leftBrace):
        braces += 1
      case .symbol(.rightBrace):
        braces = max(0, braces - 1)
        if braces == 0 {
          advance()
          _ = take(.semicolon)
          return
        }
      case .symbol(.semicolon) where braces == 0:
        advance()
        return
      case .keyword(.def) where current.startsLine:
        // A function starts at the left margin, so whatever was left open before it ends here.
        if file.position(of: current.start).column == 1 || braces == 0 { return }
      case .identifier("circuit") where current.startsLine && braces == 0:
        return
      default:
        break
      }
      advance()
    }
  }

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

  // MARK: Blocks

  private mutating func block(_ owner: String) throws(SyntaxError) -> [Statement] {
    try expect(.leftBrace, "to begin the body of the \(owner)")
    return try nested { (parser) throws(SyntaxError) in
      var statements: [Statement] = []
      while !parser.isAt(.rightBrace) {
        if parser.isAt(.endOfFile) {
          throw parser.unexpected("expected '}' to end the body of the \(owner)")
        }
        statements.append(try parser.statement())
      }
      parser.advance()
      return statements
    }
  }

  private mutating func function() throws(SyntaxError) -> Statement.Kind {
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
    if !Self.alwaysReturns(body) && !Self.containsReturn(body) {
      diagnostics.append(
        Diagnostic(
          "the function '\(name.text)' returns nothing", at: name.range,
          hint: "end it with 'return VALUE;'"))
    }
    return .function(syntax)
  }

  private static func alwaysReturns(_ body: [Statement]) -> Bool {
    guard case .returnValues = body.last?.kind else { return false }
    return true
  }

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

  private mutating func returnStatement() throws(SyntaxError) -> Statement.Kind {
    if functionDepth == 0 {
      throw failure("'return' outside a function", at: currentRange)
    }
    advance()
    let values = try expressionList()
    try expectSemicolon()
    return .returnValues(values)
  }

  private mutating func forLoop() throws(SyntaxError) -> Statement.Kind {
    advance()
    let names = try nameList("the loop's variable")
    guard isAt(.in) else { throw unexpected("expected 'in' after the loop's variable") }
    advance()
    let iterable = try expression()
    return .forLoop(names, iterable: iterable, body: try block("loop"))
  }

  /// Whether `while` starts a loop here rather than being a name: a block follows before the statement ends.
  private func startsWhileLoop() -> Bool {
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

  private mutating func whileLoop() throws(SyntaxError) -> Statement.Kind {
    advance()
    let condition = try expression()
    return .whileLoop(condition, body: try block("loop"))
  }

  private mutating func conditional() throws(SyntaxError) -> Statement.Kind {
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

  // MARK: Circuits

  private mutating func circuit() throws(SyntaxError) -> Statement.Kind {
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

  // MARK: REPL commands

  private mutating func command(_ word: String) throws(SyntaxError) -> Statement.Kind? {
    switch word {
    case "set":
      guard let (kind, length) = exampleWords(at: 1, noun: "example") else { return nil }
      for _ in 0...length { advance() }
      endsWithLine = true
      defer { endsWithLine = false }
      let value = try expression()
      _ = take(.semicolon)
      return .command(.setExample(kind, value))
    case "show":
      guard let (kind, length) = exampleWords(at: 1, noun: "example") else { return nil }
      for _ in 0...length { advance() }
      _ = take(.semicolon)
      return .command(.showExample(kind))
    case "examples", "selector", "s":
      guard let (kind, length) = exampleWords(at: 0, noun: "examples") else { return nil }
      guard let isOn = onOrOff(at: length) else { return nil }
      for _ in 0...length { advance() }
      _ = take(.semicolon)
      return .command(.examples(kind, isOn: isOn))
    case "full":
      guard peek() == .identifier("seq"), peek(2) == .identifier("display"), let isOn = onOrOff(at: 3)
      else { return nil }
      for _ in 0..<4 { advance() }
      _ = take(.semicolon)
      return .command(.fullSequenceDisplay(isOn: isOn))
    case "exit", "quit":
      switch peek() {
      case .symbol(.leftParen) where peek(2) == .symbol(.rightParen):
        for _ in 0..<3 { advance() }
      case .endOfFile, .symbol(.semicolon):
        advance()
      default:
        guard tokens[min(position + 1, tokens.count - 1)].startsLine else { return nil }
        advance()
      }
      _ = take(.semicolon)
      return .command(.exit)
    default:
      return nil
    }
  }

  private func onOrOff(at distance: Int) -> Bool? {
    switch peek(distance) {
    case .identifier("on"): true
    case .identifier("off"): false
    default: nil
    }
  }

  /// Looks ahead for `[s-op | selector] noun`: which examples are meant, and how many tokens that takes.
  private func exampleWords(at distance: Int, noun: String) -> (Statement.ExampleKind?, Int)? {
    let noun = Token.Kind.identifier(noun)
    if peek(distance) == noun { return (nil, 1) }
    if peek(distance) == .identifier("selector"), peek(distance + 1) == noun { return (.selector, 2) }
    if peek(distance) == .identifier("s"), peek(distance + 1) == .symbol(.minus),
      peek(distance + 2) == .identifier("op"), peek(distance + 3) == noun
    {
      return (.sop, 4)
    }
    return nil
  }
}
