import Diagnostics
import Runtime
import Testing

/// Functions of values: those of the language and those of a program.
@Suite struct ElementwiseTests {
  /// What an expression comes to at the REPL: the part behind `value: out = `, or `refused: ` and why.
  private func value(_ expression: String, after lines: [String] = []) -> String {
    let session = Session()
    for line in lines { _ = session.feed(line) }
    switch session.feed(expression + ";").lines.last {
    case .text(let text):
      return text.components(separatedBy: " = ").dropFirst().joined(separator: " = ").drop { $0 == " " }
        .description
    case .diagnostic(let diagnostic): return "refused: \(diagnostic.message)"
    default: return "nothing"
    }
  }

  @Test(arguments: [
    ("abs(-3)", "3"), ("abs(-2.5)", "2.5"), ("sign(-0.5)", "-1"), ("sign(0)", "0"), ("floor(-1.5)", "-2"),
    ("ceil(-1.5)", "-1"), ("trunc(-1.5)", "-1"), ("round_to(2.675, 2)", "2.67"), ("div(-7, 2)", "-4"),
    ("div(7, 2)", "3"), ("div(7.5, 2)", "3.0"), ("pow(2, 10)", "1024"), ("pow(2, -1)", "0.5"),
    ("gcd(12, -18)", "6"),
    ("lcm(4, 6)", "12"), ("lcm(0, 6)", "0"), ("clamp(9, 0, 5)", "5"), ("clamp(-1, 0, 5)", "0"),
    ("sqrt(2)", "1.4142135623730951"),
    ("cbrt(27)", "3.0"), ("cbrt(-8)", "-2.0"), ("exp(1)", "2.718281828459045"), ("log(exp(2))", "2.0"),
    ("log(8, 2)", "3.0"), ("log2(8)", "3.0"), ("log10(1000)", "3.0"), ("sin(0)", "0.0"), ("cos(pi)", "-1.0"),
    ("tan(0)", "0.0"), ("asin(1)", "1.5707963267948966"), ("acos(1)", "0.0"),
    ("atan(1)", "0.7853981633974483"),
    ("atan2(1, 1)", "0.7853981633974483"), ("sinh(1)", "1.1752011936438014"),
    ("cosh(1)", "1.5430806348152437"),
    ("tanh(1)", "0.7615941559557649"), ("asinh(1)", "0.881373587019543"), ("acosh(1)", "0.0"),
    ("atanh(0)", "0.0"),
    ("upper(\"aé\")", "\"AÉ\""), ("lower(\"AB\")", "\"ab\""), ("capitalize(\"hELLO\")", "\"Hello\""),
    ("swapcase(\"aBc\")", "\"AbC\""), ("strip(\"  a b \")", "\"a b\""), ("reversed(\"abc\")", "\"cba\""),
    ("sorted(\"listen\")", "\"eilnst\""), ("slice(\"hello\", 1, 3)", "\"el\""),
    ("slice(\"hello\", -3)", "\"llo\""),
    ("slice(\"hello\", 3, 1)", "\"\""), ("slice(\"hello\", 0, 99)", "\"hello\""),
    ("char_at(\"abc\", -1)", "\"c\""),
    ("len(\"héllo\")", "5"), ("find(\"hello\", \"l\")", "2"), ("find(\"hello\", \"z\")", "-1"),
    ("find(\"a\", \"\")", "0"),
    ("includes(\"hello\", \"ell\")", "True"), ("occurrences(\"banana\", \"an\")", "2"),
    ("starts_with(\"hello\", \"he\")", "True"), ("ends_with(\"hello\", \"he\")", "False"),
    ("replace(\"banana\", \"an\", \"o\")", "\"booa\""), ("is_alpha(\"abc\")", "True"),
    ("is_alpha(\"ab1\")", "False"),
    ("is_alpha(\"\")", "False"), ("is_digit(\"123\")", "True"), ("is_alnum(\"a1\")", "True"),
    ("is_upper(\"AB\")", "True"),
    ("is_lower(\"aB\")", "False"), ("is_space(\" \")", "True"), ("is_vowel(\"e\")", "True"),
    ("is_punctuation(\"!\")", "True"),
    ("ord(\"a\")", "97"), ("chr(97)", "\"a\""), ("str(2.5)", "\"2.5\""), ("str(True)", "\"True\""),
    ("int(\"-42\")", "-42"),
    ("int(2.9)", "2"), ("int(-2.9)", "-2"), ("float(\"1e3\")", "1000.0"), ("float(\"inf\")", "inf"),
    ("bool(\"\")", "False"),
    ("is_none(None)", "True"), ("is_none(0)", "False"), ("default(None, 3)", "3"), ("default(1, 3)", "1"),
    ("is_number(True)", "True"), ("is_number(\"1\")", "False"), ("is_string(\"1\")", "True"),
    ("sum([1, 2.5])", "3.5"),
    ("sum([])", "0"), ("largest([2, 9, 4])", "9"), ("smallest([\"b\", \"a\"])", "\"a\""),
    ("join([\"a\", \"b\"], \"-\")", "\"a-b\""),
    ("sqrt(None)", "None"), ("None + 1", "None"), ("None == None", "None"), ("1 if None else 2", "2"),
    ("\"%s has %d\" % 3", "refused: the format asks for more than one value"),
    ("\"%.2f%%\" % 2.5", "\"2.50%\""),
    ("sqrt(-1)", "refused: sqrt is not defined at -1"), ("log(0)", "refused: log is not defined at 0"),
    ("asin(2)", "refused: asin is not defined at 2"),
    ("exp(1000)", "refused: exp(1000) is not a finite number"),
    ("atanh(1)", "refused: atanh(1) is not a finite number"),
    ("int(\"x\")", "refused: 'x' is not an integer"),
    ("int(inf)", "refused: inf does not fit in a 64-bit integer"),
    ("chr(-1)", "refused: -1 is not the code point of a character"),
    ("ord(\"ab\")", "refused: ord takes one character, not 'ab'"),
    ("char_at(\"abc\", 3)", "refused: 'abc' has no character 3"),
    ("upper(3)", "refused: 'upper' does not work on int (3)"),
    ("largest([])", "refused: the list is empty"),
    ("(-8) ^ 0.5", "refused: a negative number can only be raised to a whole power (-8 ^ 0.5)"),
    ("inf - inf", "refused: inf - inf has no value"), ("inf + -inf", "refused: inf + -inf has no value"),
    ("-inf + inf", "refused: -inf + inf has no value"), ("0 * inf", "refused: 0 * inf has no value"),
    ("inf * False", "refused: inf * False has no value"), ("inf / inf", "refused: inf / inf has no value"),
    ("-inf % 3", "refused: -inf % 3 has no value"), ("inf % inf", "refused: inf % inf has no value"),
    ("div(inf, -inf)", "refused: div(inf, -inf) has no value"),
    ("log(inf, inf)", "refused: log(inf, inf) has no value"),
    ("sum([inf, 1, -inf])", "refused: inf + -inf has no value"),
    ("sin(inf)", "refused: sin is not defined at inf"),
    ("sqrt(-inf)", "refused: sqrt is not defined at -inf"),
    ("float(\"nan\")", "refused: 'nan' is not a number"),
    ("float(\"-NaN\")", "refused: '-NaN' is not a number"),
    ("aggregate(full_s, inf - indices * inf)", "refused: 0 * inf has no value"),
    ("aggregate(full_s, inf if indices > 1 else -inf)", "refused: a mean of inf and -inf has no value"),
    ("indices - inf + inf", "refused: -inf + inf has no value"),
    ("inf + inf", "inf"), ("3 - inf", "-inf"), ("3 / inf", "0.0"), ("inf / 3", "inf"), ("5 % inf", "5.0"),
    ("div(inf, 2)", "inf"), ("inf ^ 0", "1.0"), ("0 ^ inf", "0.0"), ("1 ^ inf", "1.0"),
    ("(-1) ^ inf", "1.0"), ("(-inf) ^ 0.5", "inf"), ("inf ^ -1", "0.0"), ("log(inf)", "inf"),
    ("log(inf, 2)", "inf"), ("log(2, inf)", "0.0"), ("exp(-inf)", "0.0"),
    ("atan2(inf, -inf)", "2.356194490192345"), ("clamp(inf, -inf, 5)", "5"), ("clamp(3, inf, -inf)", "inf"),
    ("tanh(-inf)", "-1.0"), ("aggregate(full_s, indices + inf)", "[inf]*5 (floats)"),
    ("1e300 * 1e300", "inf"), ("1e300 ^ 2", "refused: 1e+300 ^ 2 does not fit in 64 bits"),
    (
      "abs(-9223372036854775807 - 1)", "refused: the negative of -9223372036854775808 does not fit in 64 bits"
    ),
  ])
  func functionsOfTheLanguage(expression: String, expected: String) {
    #expect(value(expression) == expected)
  }

  private static let functions = [
    "def factorial(n) { return 1 if n < 2 else n * factorial(n - 1); }",
    "def fibonacci(n) { a, b = 0, 1; for _ in range(n) { a, b = b, a + b; } return a; }",
    "def is_prime(n) { if n < 2 { return False; } for d in range(2, n) { if d * d > n { return True; } if n % d == 0 { return False; } } return True; }",
    "def next_prime(n) { n = n + 1; while not is_prime(n) { n = n + 1; } return n; }",
    "def digit_sum(n) { return sum([int(d) for d in str(abs(n))]); }",
    "def kind(n) { if n % 15 == 0 { return \"fizzbuzz\"; } elif n % 5 == 0 { return \"buzz\"; } else if n % 3 == 0 { return \"fizz\"; } else { return str(n); } }",
    "def alternate(t) { r = \"\"; i = 0; for c in t { r = r + (upper(c) if i % 2 == 0 else lower(c)); i = i + 1; } return r; }",
    "def nothing(n) { return None if n == 2 else n; }",
    "def with_helper(n) { def twice(x) { return 2 * x; } return twice(n) + 1; }",
    "k = 10; def add_k(n) { return n + k; }",
  ]

  @Test(arguments: [
    ("map(factorial, indices)", "[1, 1, 2, 6, 24] (ints)"),
    ("map(fibonacci, indices * 10)", "[0, 55, 6765, 832040, 102334155] (ints)"),
    ("map(next_prime, indices * 5)", "[2, 7, 11, 17, 23] (ints)"),
    ("map(digit_sum, indices * 99)", "[0, 18, 18, 18, 18] (ints)"),
    ("map(kind, indices * 5)", "[fizzbuzz, buzz, buzz, fizzbuzz, buzz] (strings)"),
    ("map(alternate, tokens + \"xyz\")", "[HxYz, ExYz, LxYz, LxYz, OxYz] (strings)"),
    ("map(nothing, indices)", "[0, 1, None, 3, 4] (ints)"),
    ("map(with_helper, indices)", "[1, 3, 5, 7, 9] (ints)"),
    ("map(max, indices, 2)", "[2, 2, 2, 3, 4] (ints)"),
    ("map(gcd, indices, 4)", "[4, 1, 2, 1, 4] (ints)"),
    ("map(factorial, 5)", "120"),
    ("map(factorial, [1, 2, 3])", "[1, 2, 6]"),
    ("map(add_k, indices)", "[10, 11, 12, 13, 14] (ints)"),
    ("map(factorial, tokens)", "refused: '<' does not work between string and int ('h' and 2)"),
    (
      "map(factorial, indices, indices)",
      "refused: factorial takes 1 argument, but is given 2 values at each position"
    ),
    ("map(3, indices)", "refused: an int cannot be applied to each value"),
    ("map(factorial, full_s)", "refused: factorial works on s-ops and plain values, not on a selector"),
  ])
  func functionsOfAProgram(expression: String, expected: String) {
    #expect(value(expression, after: Self.functions) == expected)
  }

  @Test func whatIsAssignedLaterDoesNotChangeAMap() {
    let lines = ["k = 10;", "def add_k(n) { return n + k; }", "m = map(add_k, indices);", "k = 20;"]
    #expect(value("m + 0", after: lines) == "[10, 11, 12, 13, 14] (ints)")
  }

  @Test func aMappedFunctionCannotSeeSOps() {
    let lines = ["def f(n) { return n + indices; }"]
    #expect(
      value("map(f, indices)", after: lines)
        == "refused: a function applied to each value cannot use an s-op")
  }

  @Test func endlessFunctionsAreRefused() {
    let lines = ["def f(n) { while True { n = n + 1; } return n; }", "def g(n) { return g(n); }"]
    #expect(value("map(f, indices)", after: lines) == "refused: this takes more than 500000 steps")
    #expect(value("map(g, indices)", after: lines).hasPrefix("refused: "))
  }

  @Test(arguments: [
    ("p + \"x\"", "[None, hx, ex, lx, lx] (strings)"),
    ("p == \"h\"", "[None, T, F, F, F] (bools)"),
    ("not p", "[None, F, F, F, F] (bools)"),
    ("p and True", "[None, T, T, T, T] (bools)"),
    ("upper(p)", "[None, H, E, L, L] (strings)"),
    ("1 if p == \"h\" else 0", "[None, 1, 0, 0, 0] (ints)"),
    ("p if indices > 2 else \"-\"", "[-, -, -, l, l] (strings)"),
    ("default(p, \"^\")", "[^, h, e, l, l] (strings)"),
    ("is_none(p)", "[T, F, F, F, F] (bools)"),
    ("selector_width(select(p, tokens, ==))", "[1, 1, 2, 2, 0] (ints)"),
    ("selector_width(select(tokens, p, ==))", "[0, 1, 1, 2, 2] (ints)"),
    ("selector_width(select(p, tokens, !=))", "[3, 3, 2, 2, 4] (ints)"),
    ("selector_width(not select(p, tokens, ==))", "[4, 4, 3, 3, 5] (ints)"),
    ("aggregate(select(indices, indices, ==), p)", "[None, h, e, l, l] (strings)"),
    ("aggregate(full_s, aggregate(select(indices, indices - 1, ==), indices, None))", "[None]*5 (Nones)"),
    ("p in [\"h\"]", "[None, T, F, F, F] (bools)"),
    ("aggregate(select(indices, 9, ==), indices, None)", "[None]*5 (Nones)"),
  ])
  func noneIsPassedOn(expression: String, expected: String) {
    let lines = ["p = aggregate(select(indices, indices - 1, ==), tokens, None);"]
    #expect(value(expression, after: lines) == expected)
  }
}
