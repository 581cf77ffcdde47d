import Diagnostics
import Lexer
import Rendering

extension Parser {
  /// How tightly a binary operator binds; higher is tighter. The order is that of RASP 0.1: `in` is loosest,
  /// `and` and `or` share a level, prefix operators bind tighter than any of these, and all associate to the
  /// left, even `^` and the conditional.
  enum Precedence: Int {
    case contains = 1
    case ternary
    case logical
    case comparison
    case additive
    case modulo
    case multiplicative
    case power
    case prefix
  }

  private enum Infix {
    case binary(BinaryOperator)
    case ternary
    case contains
  }

  private var infix: (Infix, Precedence)? {
    switch current.kind {
    case .keyword(.in): return (.contains, .contains)
    case .keyword(.if): return (.ternary, .ternary)
    case .keyword(.and): return (.binary(.and), .logical)
    case .keyword(.or): return (.binary(.or), .logical)
    case .symbol(let symbol):
      guard let op = BinaryOperator(rawValue: symbol.rawValue) else { return nil }
      switch op {
      case .power: return (.binary(op), .power)
      case .multiply, .divide: return (.binary(op), .multiplicative)
      case .modulo: return (.binary(op), .modulo)
      case .add, .subtract: return (.binary(op), .additive)
      default: return (.binary(op), .comparison)
      }
    default: return nil
    }
  }

  mutating func expressionList() throws(SyntaxError) -> [Expression] {
    var list = [try expression()]
    while take(.comma) { list.append(try expression()) }
    return list
  }

  mutating func expression() throws(SyntaxError) -> Expression {
    try nested { (parser) throws(SyntaxError) in try parser.expression(above: 0) }
  }

  /// An expression whose operators bind tighter than `level`.
  private mutating func expression(above level: Int) throws(SyntaxError) -> Expression {
    var left = try prefix()
    while let (infix, precedence) = infix, precedence.rawValue > level {
      if endsWithLine, nesting == 1, current.startsLine { break }
      advance()
      switch infix {
      case .binary(let op):
        let right = try expression(above: precedence.rawValue)
        left = try make(.binary(op, left, right), left.range.union(right.range), left, right)
      case .ternary:
        let condition = try expression()
        guard isAt(.else) else { throw unexpected("expected 'else' to complete the 'if' expression") }
        advance()
        let otherwise = try expression(above: precedence.rawValue)
        left = try make(
          .ternary(then: left, condition: condition, otherwise: otherwise),
          left.range.union(otherwise.range), left, condition, otherwise)
      case .contains:
        let right = try expression(above: precedence.rawValue)
        left = try make(
          .contains(element: left, container: right), left.range.union(right.range), left, right)
      }
    }
    return left
  }

  private mutating func prefix() throws(SyntaxError) -> Expression {
    let start = current.start
    let op: UnaryOperator
    switch current.kind {
    case .keyword(.not): op = .not
    case .symbol(.minus): op = .minus
    case .symbol(.plus): op = .plus
    default: return try postfix()
    }
    return try nested { (parser) throws(SyntaxError) in
      parser.advance()
      let operand = try parser.prefix()
      return try parser.make(.unary(op, operand), parser.range(from: start), operand)
    }
  }

  private mutating func postfix() throws(SyntaxError) -> Expression {
    let start = current.start
    var base = try primary()
    while true {
      if endsWithLine, nesting == 1, current.startsLine { return base }
      if take(.leftBracket) {
        let index = try expression()
        try expect(.rightBracket, "to close the index")
        base = try make(.index(base, index), range(from: start), base, index)
      } else if take(.leftParen) {
        let arguments = try argumentList("the call")
        base = try make(.call(base, arguments), range(from: start), [base] + arguments)
      } else {
        return base
      }
    }
  }

  /// Arguments, up to and including the closing parenthesis.
  private mutating func argumentList(_ owner: String) throws(SyntaxError) -> [Expression] {
    if take(.rightParen) { return [] }
    let arguments = try expressionList()
    try expect(.rightParen, "to close \(owner)")
    return arguments
  }

  private mutating func primary() throws(SyntaxError) -> Expression {
    let start = current.start
    let kind: Expression.Kind
    switch current.kind {
    case .integer(let value):
      advance()
      kind = .literal(.integer(value))
    case .float(let value):
      advance()
      kind = .literal(.float(value))
    case .string(let text):
      advance()
      kind = .literal(.string(text))
    case .identifier(let name):
      return try nameOrForm(name)
    case .keyword(.round), .keyword(.indicator):
      let op: UnaryOperator = isAt(.round) ? .round : .indicator
      advance()
      try expect(.leftParen, "after '\(op.rawValue)'")
      let operand = try expression()
      try expect(.rightParen, "to close '\(op.rawValue)('")
      return try make(.unary(op, operand), range(from: start), operand)
    case .symbol(.leftParen):
      advance()
      let inner = try expression()
      try expect(.rightParen, "to close the parenthesis")
      return try make(.parenthesized(inner), range(from: start), inner)
    case .symbol(.leftBracket): return try list()
    case .symbol(.leftBrace): return try dictionary()
    default:
      throw unexpected("expected an expression")
    }
    return Expression(kind, range: range(from: start))
  }

  /// A name, or one of the forms that look like a call: `select(`, `aggregate(`, `range(`, `zip(`, `len(`.
  private mutating func nameOrForm(_ name: String) throws(SyntaxError) -> Expression {
    let start = current.start
    let plain = Expression(.name(name), range: currentRange)
    advance()
    guard isAt(.leftParen) else { return plain }
    switch name {
    case "select":
      advance()
      return try select(from: start)
    case "aggregate":
      advance()
      let arguments = try argumentList("'aggregate('")
      guard arguments.count == 2 || arguments.count == 3 else {
        throw failure(
          "aggregate takes a selector, an s-op and an optional default, not \(counted(arguments.count, "argument"))",
          at: range(from: start), hint: "aggregate(selector, s-op) or aggregate(selector, s-op, default)")
      }
      return try make(
        .aggregate(arguments[0], arguments[1], fallback: arguments.count == 3 ? arguments[2] : nil),
        range(from: start), arguments)
    case "range":
      advance()
      let arguments = try argumentList("'range('")
      guard (1...3).contains(arguments.count) else {
        throw failure(
          "range takes 1 to 3 numbers, not \(arguments.count)", at: range(from: start),
          hint: "range(end), range(start, end) or range(start, end, step)")
      }
      return try make(.range(arguments), range(from: start), arguments)
    case "zip":
      advance()
      let arguments = try argumentList("'zip('")
      guard !arguments.isEmpty else {
        throw failure("zip needs at least one list", at: range(from: start))
      }
      return try make(.zip(arguments), range(from: start), arguments)
    case "len":
      advance()
      let arguments = try argumentList("'len('")
      guard arguments.count == 1 else {
        throw failure(
          "len takes one list, not \(counted(arguments.count, "argument"))", at: range(from: start))
      }
      return try make(.length(arguments[0]), range(from: start), arguments)
    default:
      return plain
    }
  }

  private mutating func select(from start: Int) throws(SyntaxError) -> Expression {
    let hint = "select(keys, queries, ==), or a function of (key, query) in place of the comparison"
    let keys = try expression()
    try expect(.comma, "after the keys of 'select('", hint: hint)
    let queries = try expression()
    try expect(.comma, "after the queries of 'select('", hint: hint)
    if case .symbol(let symbol) = current.kind, let comparison = Comparison(rawValue: symbol.rawValue) {
      advance()
      try expect(.rightParen, "to close 'select('")
      return try make(
        .select(keys: keys, queries: queries, comparison), range(from: start), keys, queries)
    }
    let predicate = try expression()
    try expect(.rightParen, "to close 'select('", hint: hint)
    return try make(
      .selectWhere(keys: keys, queries: queries, predicate: predicate), range(from: start), keys,
      queries, predicate)
  }

  private mutating func list() throws(SyntaxError) -> Expression {
    let start = current.start
    advance()
    if take(.rightBracket) { return Expression(.list([]), range: range(from: start)) }
    let first = try expression()
    if isAt(.for) {
      let (names, iterable) = try comprehensionTail()
      try expect(.rightBracket, "to close the list")
      return try make(
        .listComprehension(first, names: names, iterable: iterable), range(from: start), first, iterable)
    }
    var elements = [first]
    while take(.comma), !isAt(.rightBracket) { elements.append(try expression()) }
    try expect(.rightBracket, "to close the list")
    return try make(.list(elements), range(from: start), elements)
  }

  private mutating func dictionary() throws(SyntaxError) -> Expression {
    let start = current.start
    advance()
    if take(.rightBrace) { return Expression(.dictionary([]), range: range(from: start)) }
    let key = try expression()
    try expect(.colon, "after the key")
    let value = try expression()
    if isAt(.for) {
      let (names, iterable) = try comprehensionTail()
      try expect(.rightBrace, "to close the dictionary")
      return try make(
        .dictionaryComprehension(key: key, value: value, names: names, iterable: iterable),
        range(from: start), key, value, iterable)
    }
    var entries = [(key: key, value: value)]
    while take(.comma), !isAt(.rightBrace) {
      let key = try expression()
      try expect(.colon, "after the key")
      entries.append((key, try expression()))
    }
    try expect(.rightBrace, "to close the dictionary")
    return try make(
      .dictionary(entries), range(from: start), entries.flatMap { [$0.key, $0.value] })
  }

  private mutating func comprehensionTail() throws(SyntaxError) -> ([Name], Expression) {
    advance()
    let names = try nameList("the loop's variable")
    guard isAt(.in) else { throw unexpected("expected 'in' after the loop's variable") }
    advance()
    return (names, try expression())
  }

  private mutating func make(
    _ kind: Expression.Kind, _ range: SourceRange, _ children: Expression...
  ) throws(SyntaxError) -> Expression {
    try make(kind, range, children)
  }

  private mutating func make(
    _ kind: Expression.Kind, _ range: SourceRange, _ children: [Expression]
  ) throws(SyntaxError) -> Expression {
    let depth = 1 + (children.map(\.depth).max() ?? 0)
    guard depth <= Self.maximumDepth else {
      throw failure(
        "this expression has more than \(Self.maximumDepth) levels", at: file.range(range.start, range.start),
        hint: "assign parts of it to names")
    }
    return Expression(kind, range: range, depth: depth)
  }
}
