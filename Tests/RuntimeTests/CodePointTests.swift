import Diagnostics
import Runtime
import Testing

/// Characters are code points: what looks alike or counts as equivalent elsewhere is not the same here.
@Suite struct CodePointTests {
  static let pairs = [
    ("\u{e9}", "e\u{301}"), ("\u{212a}", "K"), ("\u{c5}", "\u{212b}"),
    ("a\u{301}\u{323}", "a\u{323}\u{301}"),
  ]

  @Test(arguments: pairs) func equivalentStringsAreTwoValues(a: String, b: String) {
    let (x, y) = (Value.string(a), Value.string(b))
    #expect(a == b)
    #expect(x != y)
    #expect(x == Value.string(a))
    #expect(!x.equals(y))
    #expect(Set([x, y]).count == 2)
    #expect(x.key != y.key)
  }

  /// An expression's value in a program in which A and B are equivalent strings.
  private func value(_ expression: String) throws -> String {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: """
          A = "\u{e9}";
          B = "e\u{301}";
          x = B if indices == 1 else A;
          y = \(expression);
          """))
    let sop = try #require(program.sops["y"])
    return Value.json(try Interpreter(program.graph).evaluate(sop, on: [.string("a"), .string("b")]))
  }

  @Test(arguments: [
    ("x == A", "[true, false]"),
    ("x != A", "[false, true]"),
    ("x < A", "[false, true]"),
    ("A <= x", "[true, false]"),
    ("indices * 0 + (0 if A == B else 1)", "[1, 1]"),
    ("selector_width(select(x, x, ==))", "[1, 1]"),
    ("selector_width(select(x, A, >=))", "[1, 1]"),
    ("{A: 1, B: 2}[x]", "[1, 2]"),
    ("x in [B]", "[false, true]"),
    ("x in (\"a\" + A)", "[true, false]"),
    ("x in \"e\"", "[false, false]"),
    ("(\"e\" in B) and indices == 0", "[true, false]"),
    ("A in x", "[true, true]"),
    ("len(x)", "[1, 2]"),
    ("map(len_of, x)", "[1, 2]"),
    ("includes(x, \"e\")", "[false, true]"),
    ("includes(x + \"!\", B)", "[false, true]"),
    ("occurrences(x + x, A)", "[2, 0]"),
    ("occurrences(x + x, \"e\")", "[0, 2]"),
    ("starts_with(x, \"e\")", "[false, true]"),
    ("starts_with(x, A)", "[true, false]"),
    ("ends_with(\"x\" + x, A)", "[true, false]"),
    ("find(\"a\" + x, B)", "[-1, 1]"),
    ("replace(x, \"e\", \"o\") == \"o\u{301}\"", "[false, true]"),
    ("len(replace(x, A, \"abc\"))", "[3, 2]"),
    ("len(capitalize(x))", "[1, 2]"),
    ("indices * 0 + len(split(A + \"-\" + B, A))", "[2, 2]"),
    ("indices * 0 + len(split(A + \"-\" + B, \"e\"))", "[2, 2]"),
    ("x == sorted([A, B])[0]", "[false, true]"),
  ])
  func stringsAreComparedByCodePoints(expression: String, expected: String) throws {
    let expression =
      expression.contains("len_of")
      ? "0; def len_of(t) { return len(t); } y = \(expression)" : expression
    #expect(try value(expression) == expected)
  }

  @Test func twoSpellingsAreTwoTokens() throws {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: "circuit c { vocab = [\"\u{e9}\", \"e\u{301}\"]; max_len = 2; output = tokens; }"))
    #expect(program.circuits[0].vocabulary.count == 2)
  }
}
