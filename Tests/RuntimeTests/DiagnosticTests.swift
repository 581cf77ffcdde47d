import Diagnostics
import Runtime
import Testing

/// What is refused before anything runs, and where.
@Suite struct DiagnosticTests {
  /// `line:column: message` of everything that is wrong with a program.
  private func problems(_ text: String, limits: Limits = Limits()) -> [String] {
    var options = ProgramLoader.Options()
    options.limits = limits
    do {
      _ = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text), options: options)
      return []
    } catch {
      return error.list.map { diagnostic in
        guard let range = diagnostic.range else { return diagnostic.message }
        let place = range.file.position(of: range.start)
        return "\(place.line):\(place.column): \(diagnostic.message)"
      }
    }
  }

  private func hint(_ text: String) -> String? {
    do {
      _ = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
      return nil
    } catch {
      return error.list.first?.hint
    }
  }

  @Test(arguments: [
    // Names
    ("x = tokns;", "1:5: unknown name 'tokns'"),
    ("def f(x) { return x + undefined; }", "1:23: unknown name 'undefined'"),
    ("def f(x) {\n  return [y for z in x];\n}", "2:11: unknown name 'y'"),
    ("x = 1 if True else nothing;", "1:20: unknown name 'nothing'"),
    ("indices = 3;", "1:1: 'indices' is a built-in name and cannot be assigned"),
    // Values
    ("x = inf - inf;", "1:5: inf - inf has no value"),
    ("circuit c { vocab = [1, inf-inf]; max_len = 2; output = tokens; }", "1:25: inf - inf has no value"),
    (
      "circuit c { vocab = [float(\"nan\"), 1]; max_len = 2; output = tokens; }",
      "1:22: 'nan' is not a number"
    ),
    // Circuits
    (
      "circuit c { vocab = [1]; max_len = 2; inputs = tokens > 0; output = tokens; }",
      "1:39: 'inputs' must be where(EXPR), with an s-op that is true at every position of the circuit's inputs"
    ),
    (
      "circuit c { vocab = [1]; max_len = 2; inputs = where(tokens, 1); output = tokens; }",
      "1:39: 'inputs' must be where(EXPR), with an s-op that is true at every position of the circuit's inputs"
    ),
    (
      "circuit c { vocab = [1]; max_len = 2; inputs = where(True); output = tokens; }",
      "1:54: the condition of 'inputs' must be an s-op, not a bool"
    ),
    (
      "circuit c { vocab = [1]; max_len = 2; inputs = where(tokns > 0); output = tokens; }",
      "1:54: unknown name 'tokns'"
    ),
    ("x = where(tokens);", "1:5: unknown name 'where'"),
    (
      "circuit c { vocab = [1]; max_len = 2; output = tokens; }\n\n"
        + "circuit c { vocab = [1]; max_len = 3; output = indices; }",
      "3:9: circuit 'c' is declared twice, first on line 1"
    ),
    // Arity
    ("def f(x) { return x; }\ny = f(1, 2);", "2:5: f takes 1 argument, not 2"),
    ("def f(x) { return x; }\ndef g(y) { return f(); }", "2:19: f takes 1 argument, not 0"),
    ("x = sqrt(1, 2);", "1:5: sqrt takes 1 argument, not 2"),
    ("x = sort(tokens);", "1:5: sort takes 2 arguments, not 1"),
    (
      "x = aggregate(full_s);",
      "1:5: aggregate takes a selector, an s-op and an optional default, not 1 argument"
    ),
    // Kinds
    ("x = full_s + 1;", "1:5: '+' does not work on a selector"),
    ("x = full_s and tokens;", "1:5: 'and' cannot combine a selector with an s-op"),
    (
      "x = aggregate(tokens, tokens);", "1:5: the first argument of aggregate must be a selector, not an s-op"
    ),
    (
      "x = aggregate(full_s, tokens, tokens);",
      "1:5: the default of aggregate must be a plain value, not an s-op"
    ),
    ("x = 5(3);", "1:5: an int cannot be called"),
    ("x = {[1]: 2};", "1:6: a key must be a plain value, not a list"),
    ("x = one(indices);", "1:9: one takes a selector, not an s-op"),
    ("x = selector_width(indices);", "1:5: selector_width takes a selector, not an s-op"),
    (
      "if tokens == 1 { x = 1; }",
      "1:4: the condition of 'if' has a value at each position, not a single one"
    ),
    ("for i in tokens { x = i; }", "1:10: a loop needs a list, a dictionary or a string, not an s-op"),
    ("a, b = 1;", "1:8: an int cannot be unpacked into several names"),
    ("a, b = 1, 2, 3;", "1:1: 2 names, but 3 values"),
    // Types of values
    ("x = tokens + 1;", "1:5: '+' does not work between string and int"),
    ("x = -tokens;", "1:5: '-' works on numbers, but this is string"),
    (
      "x = select(tokens, indices, <);",
      "1:5: '<' cannot compare keys that are string with queries that are int"
    ),
    ("x = sqrt(tokens);", "1:10: sqrt works on numbers, but this is string"),
    ("x = upper(indices);", "1:11: upper works on string, but this is int"),
    ("x = (indices + 1) + (tokens + \"a\");", "1:5: '+' does not work between int and string"),
    ("x = numerical(tokens);", "1:5: only numbers can be numerical, but this is string"),
    ("x = 1 + \"a\";", "1:5: '+' does not work between int and string (1 and 'a')"),
    ("x = 1 / 0;", "1:5: division by zero"),
    ("x = 9223372036854775807 + 1;", "1:5: 9223372036854775807 + 1 does not fit in 64 bits"),
    ("x = 2 ^ 64;", "1:5: 2 ^ 64 does not fit in 64 bits"),
    ("x = [1, 2][2];", "1:12: the list of 2 elements has no index 2"),
    ("x = {1: 2}[3];", "1:12: the dictionary has no key 3"),
    ("x = range(1, 2, 0);", "1:5: the step of range must not be 0"),
    ("x = range(0, 2000000);", "1:5: the range has more than 999999 numbers"),
    // Syntax
    ("x = ;", "1:5: expected an expression, found ';'"),
    ("x = 1", "1:6: expected ';' to end the statement, found the end of the input"),
    ("x = (1;", "1:7: expected ')' to close the parenthesis, found ';'"),
    ("x = \"abc;", "1:5: the string is not closed"),
    ("x = 1 $ 2;", "1:7: unexpected \"$\""),
    ("1 = x;", "1:1: only names can be assigned to"),
    ("return 1;", "1:1: 'return' outside a function"),
    ("def f(x) { y = x; }", "1:5: the function 'f' returns nothing"),
    ("def f(x, x) { return x; }", "1:10: two parameters are called 'x'"),
    ("x = 99999999999999999999;", "1:5: the number 99999999999999999999 does not fit in 64 bits"),
    ("load \"no such file\";", "1:6: could not find the file no such file.rasp"),
  ])
  func oneProblem(text: String, expected: String) {
    #expect(problems(text) == [expected])
  }

  @Test(arguments: [
    ("x = tokns;", "did you mean 'tokens'?"),
    ("x = selector_witdh(full_s);", "did you mean 'selector_width'?"),
    ("x = tokens + 1;", "tokens are strings here; tokens_int and tokens_float read them as numbers"),
    ("x = average(indices, 2);", "average(a)"),
  ])
  func hints(text: String, expected: String) {
    #expect(hint(text) == expected)
  }

  @Test func severalProblemsComeTogether() {
    let text = """
      a = tokns;
      b = 1 + "x";
      c = a + b;
      d = (;
      e = d + 1;
      def f(x) { return x + nope; }
      g = f(1) + f(2);
      h = foo + bar;
      """
    #expect(
      problems(text) == [
        "1:5: unknown name 'tokns'",
        "2:5: '+' does not work between int and string (1 and 'x')",
        "4:6: expected an expression, found ';'",
        "6:23: unknown name 'nope'",
        "8:5: unknown name 'foo'",
        "8:11: unknown name 'bar'",
      ])
  }

  @Test func whatDependsOnAFileThatIsMissingIsNoFurtherProblem() {
    #expect(
      problems("load \"missing\";\nx = from_there(1);\ny = x + 1;")
        == ["1:6: could not find the file missing.rasp"])
  }

  @Test(arguments: [
    (
      "circuit c { }",
      [
        "1:9: circuit c does not set 'vocab'", "1:9: circuit c does not set 'max_len'",
        "1:9: circuit c does not set 'output'",
      ]
    ),
    (
      "circuit c { vocb = [1]; max_len = 0; output = 3; vocab = [1, 1]; causal = 2; }",
      [
        "1:13: unknown circuit setting 'vocb'", "1:35: 'max_len' must be a whole number from 1 to 4096",
        "1:47: 'output' must be an s-op, not an int", "1:58: the token 1 is in the vocabulary twice",
        "1:75: 'causal' must be true or false, not an int",
      ]
    ),
    (
      "circuit c { vocab = [1]; max_len = 2; min_len = 3; output = tokens; }",
      ["1:39: min_len is 3, but max_len is 2"]
    ),
    (
      "circuit c { vocab = [1]; max_len = 2; output = outptu; model = { layer = 2 }; }",
      ["1:48: unknown name 'outptu'", "1:66: unknown model setting 'layer'"]
    ),
    (
      "n = indices;\nm = n - length;\ncircuit c { vocab = [1]; max_len = 2; causal = true; output = m; }",
      ["2:5: a causal circuit cannot know the length of the input"]
    ),
  ])
  func circuitProblems(text: String, expected: [String]) {
    #expect(problems(text) == expected)
  }

  @Test(arguments: [
    "def f(x) { return f(x); } y = f(1);",
    "def f(x) { return f(x) + f(x); } y = f(tokens);",
    "x = 1; while True { x = x + 1; }",
    "x = [1]; for i in range(1000) { x = x + x; }",
    "x = \"a\"; for i in range(1000) { x = x + x; }",
    "x = [1]; for i in range(10000) { x = [x]; }",
    "x = [1]; for i in range(100) { x = [x, x]; }",
    "x = tokens; for i in range(300000) { x = x + \"a\"; }",
    "x = [[i, j] for i in range(10000) for j in range(10000)];",
    "x = [i for i in range(999999)]; y = [[i for i in x] for j in x];",
    "x = " + String(repeating: "(", count: 100_000),
    "x = " + String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000) + ";",
    "x = " + String(repeating: "not ", count: 100_000) + "1;",
    "x = " + String(repeating: "1 + ", count: 100_000) + "1;",
    "x = " + String(repeating: "1 if True else ", count: 100_000) + "1;",
    String(repeating: "if True { ", count: 100_000),
    String(repeating: "def f(x) { ", count: 100_000),
    "x = 10 ^ 10 ^ 10 ^ 10;",
    "x = full_s(\"a\" * 10000);",
    "x = [full_s(\"a\" * 500) for i in range(10000)];",
    "x = [indices(\"a\" * 20000) for i in range(10000)];",
    "x = \"a\" * 1000000000000;",
    "def f(x) { return f(x + 1); } y = map(f, 1);",
    "def f(x) { while True { x = x + 1; } return x; } y = map(f, 1);",
  ])
  func whatNeverEndsIsRefused(text: String) {
    var limits = Limits()
    limits.steps = 300_000
    limits.elementwiseSteps = 100_000
    #expect(!problems(text, limits: limits).isEmpty)
  }
}
