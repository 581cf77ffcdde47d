import Diagnostics
import Parser
import Testing

/// Texts and how they are read, written out as nested prefix forms.
@Suite struct ParserTests {
  private func form(_ text: String) throws -> String {
    let result = Parser.read(SourceFile(name: "t", text: text + ";"))
    try #require(result.diagnostics.isEmpty, "\(result.diagnostics)")
    guard case .expression(let expression)? = result.program.statements.first?.kind else {
      return "no expression"
    }
    return Self.form(expression)
  }

  private static func form(_ expression: Expression) -> String {
    switch expression.kind {
    case .literal(.integer(let value)): "\(value)"
    case .literal(.float(let value)): "\(value)"
    case .literal(.string(let text)): "\"\(text)\""
    case .name(let name): name
    case .unary(let op, let a): "(\(op.rawValue) \(form(a)))"
    case .binary(let op, let a, let b): "(\(op.rawValue) \(form(a)) \(form(b)))"
    case .ternary(let a, let c, let b): "(if \(form(c)) \(form(a)) \(form(b)))"
    case .contains(let a, let b): "(in \(form(a)) \(form(b)))"
    case .index(let a, let b): "(index \(form(a)) \(form(b)))"
    case .call(let f, let arguments): "(call \(([f] + arguments).map(form).joined(separator: " ")))"
    case .select(let k, let q, let comparison): "(select \(comparison.rawValue) \(form(k)) \(form(q)))"
    case .selectWhere(let k, let q, let p): "(select \(form(p)) \(form(k)) \(form(q)))"
    case .aggregate(let s, let x, let d):
      "(aggregate \(([s, x] + (d.map { [$0] } ?? [])).map(form).joined(separator: " ")))"
    case .range(let list): "(range \(list.map(form).joined(separator: " ")))"
    case .zip(let list): "(zip \(list.map(form).joined(separator: " ")))"
    case .length(let a): "(len \(form(a)))"
    case .list(let list): "[\(list.map(form).joined(separator: " "))]"
    case .dictionary(let entries):
      "{\(entries.map { "\(form($0.key)):\(form($0.value))" }.joined(separator: " "))}"
    case .listComprehension(let a, let names, let b):
      "[\(form(a)) for \(names.map(\.text).joined(separator: " ")) in \(form(b))]"
    case .dictionaryComprehension(let k, let v, let names, let b):
      "{\(form(k)):\(form(v)) for \(names.map(\.text).joined(separator: " ")) in \(form(b))}"
    case .parenthesized(let a): form(a)
    case .invalid: "invalid"
    }
  }

  @Test(
    arguments: [
      ("not a == b", "(== (not a) b)"),
      ("-a ^ b", "(^ (- a) b)"),
      ("- - a", "(- (- a))"),
      ("not -a[1](2)", "(not (- (call (index a 1) 2)))"),
      ("a ^ b ^ c", "(^ (^ a b) c)"),
      ("a * b ^ -c", "(* a (^ b (- c)))"),
      ("a % b * c", "(% a (* b c))"),
      ("a * b % c", "(% (* a b) c)"),
      ("a + b % c", "(+ a (% b c))"),
      ("a - b + c", "(+ (- a b) c)"),
      ("a < b == c", "(== (< a b) c)"),
      ("a or b and c", "(and (or a b) c)"),
      ("a and b or c", "(or (and a b) c)"),
      ("a if b else c if d else e", "(if d (if b a c) e)"),
      ("a if b if c else d else e", "(if (if c b d) a e)"),
      ("a + b if c and d else e or f", "(if (and c d) (+ a b) (or e f))"),
      ("a if b else c in d", "(in (if b a c) d)"),
      ("a in b in c", "(in (in a b) c)"),
      ("not a in b", "(in (not a) b)"),
      ("a == b in c", "(in (== a b) c)"),
      ("round(a) ^ 2", "(^ (round a) 2)"),
      ("indicator (a) + 1", "(+ (indicator a) 1)"),
      ("select(a, b + 1, <=)", "(select <= a (+ b 1))"),
      ("select(a, b, f)", "(select f a b)"),
      ("aggregate(s, x)", "(aggregate s x)"),
      ("aggregate (s, x, 0)", "(aggregate s x 0)"),
      ("[x for x in range(3)]", "[x for x in (range 3)]"),
      ("{a: b for a, b in c}", "{a:b for a b in c}"),
      ("[1, 2,]", "[1 2]"),
      ("{1: 2, 3: 4}[1]", "(index {1:2 3:4} 1)"),
      ("f(g(), h)[0]", "(index (call f (call g) h) 0)"),
      ("(a, b)", "no expression"),
    ].dropLast())
  func precedence(text: String, expected: String) throws {
    #expect(try form(text) == expected)
  }

  @Test(arguments: [
    ("set example \"abc\"", true), ("show s-op example", true), ("selector examples off", true),
    ("s-op examples on", true), ("full seq display on", true), ("exit", true), ("quit()", true),
    ("set = 3;", true), ("show = set;", true), ("examples;", true), ("full = 1;", true), ("s - op;", true),
    ("exit = 3;", true), ("while = 2;", true), ("while(1);", true), ("circuit = 1;", true),
    ("load = 1;", true),
    ("elif = 3;", true), ("draw = 1;", true), ("set example", false), ("for in;", false), ("in 4;", false),
    ("if a else;", false), (";", false), ("a;;", false), ("{};", true), ("def f() { return 1; };", false),
  ])
  func wordsAreNamesWhereTheyCanBe(text: String, isValid: Bool) {
    #expect(Parser.read(SourceFile(name: "t", text: text)).diagnostics.isEmpty == isValid)
  }

  @Test func aCommandEndsWithItsLine() throws {
    let result = Parser.read(SourceFile(name: "t", text: "set example x\n(1);\n[2];"))
    #expect(result.diagnostics.isEmpty)
    #expect(result.program.statements.count == 3)
  }

  @Test(arguments: [
    "a", "a =", "def f(x) {", "def f(x) { return x;", "f(1,", "[1, 2", "for i in [1] {",
    "if a { b; }\nelse {",
    "circuit c {", "circuit c { vocab = [", "a +", "select(a, b,", "",
  ])
  func inputThatOnlyStopsTooEarlyIsIncomplete(text: String) {
    let result = Parser.read(SourceFile(name: "t", text: text))
    #expect(result.isIncomplete == !text.isEmpty)
    #expect(result.diagnostics.count == (text.isEmpty ? 0 : 1))
  }

  @Test func readingGoesOnBehindAMistake() {
    let text = """
      a = 1 +;
      b = 2;
      def f(x) {
        y = x x;
        return y;
      }
      c = (3;
      def g(x) { return x; }
      circuit k { vocab = 1 2; }
      d = 4
      e = 5;
      """
    let result = Parser.read(SourceFile(name: "t", text: text))
    let lines = result.diagnostics.map { $0.range!.file.position(of: $0.range!.start).line }
    #expect(lines == [1, 4, 7, 9, 10])
    let read = result.program.statements.filter { statement in
      if case .assignment(_, let values) = statement.kind, case .invalid? = values.first?.kind {
        return false
      }
      return true
    }
    // b, g, d and e
    #expect(read.count == 4)
  }
}
