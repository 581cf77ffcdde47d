/// Makes program texts to try the language on: some nearly right, some garbage.
struct ProgramFuzzer {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  private mutating func pick(_ list: [String]) -> String { list[below(list.count)] }

  /// One text: by the grammar, of tokens in any order, of any bytes, or a grammatical one with damage.
  mutating func text() -> String {
    switch below(10) {
    case 0...4: return program()
    case 5...7: return damaged(program())
    case 8: return (0..<below(60)).map { _ in pick(Self.words) }.joined(separator: below(2) == 0 ? " " : "")
    default:
      return String(decoding: (0..<below(120)).map { _ in UInt8(truncatingIfNeeded: next()) }, as: UTF8.self)
    }
  }

  private static let words = [
    "if", "else", "elif", "while", "not", "and", "or", "def", "return", "for", "in", "round", "indicator",
    "select(", "aggregate(", "range(", "zip(", "len(", "circuit", "load", "draw(", "set", "show", "example",
    "examples", "on", "off", "full", "seq", "display", "s-op", "selector", "exit", "quit()", "tokens",
    "indices", "length", "out", "True", "False", "None", "x", "y", "f", "g", "map", "sort", "(", ")", "[",
    "]", "{", "}", ",", ";", ":", "=", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "^", "#",
    "\n", "\"", "'", "\\", "\"a\"", "'\\n'", "0", "1", "2.5", "1e9", "99999999999999999999", "é", "\u{0}",
  ]

  private static let names = ["x", "y", "z", "f", "g", "tokens", "indices", "length", "full_s", "a", "i"]

  private static let functions = [
    "sort", "max", "min", "count", "shift", "average", "selector_width", "has_focus", "map", "numerical",
    "categorical", "abs", "sqrt", "slice", "upper", "default", "is_none", "str", "int", "f", "g", "reversed",
    "sorted", "sum", "chars", "split", "join", "find", "replace", "gcd", "pow", "floor", "log", "chr", "ord",
    "clamp", "round_to", "lcm", "div", "keys", "values", "largest", "occurrences", "char_at", "atan2",
  ]

  private static let operators = [
    "+", "-", "*", "/", "%", "^", "==", "<", ">", "<=", ">=", "!=", "and", "or", "in",
  ]

  private static let literals = [
    "0", "1", "2", "3", "-1", "0.5", "9223372036854775807", "1e300", "\"\"", "\"a\"", "\"hello\"", "True",
    "False", "None", "[]", "{}", "inf", "pi", "100000",
  ]

  private mutating func program() -> String {
    (0...below(6)).map { _ in statement(3) }.joined(separator: "\n")
  }

  private mutating func statement(_ depth: Int) -> String {
    let inner = depth <= 0 ? 0 : 1
    switch below(inner == 0 ? 3 : 12) {
    case 0, 1, 3: return "\(pick(Self.names)) = \(expression(4));"
    case 2: return "\(expression(4));"
    case 4: return "\(pick(Self.names)), \(pick(Self.names)) = \(expression(2)), \(expression(2));"
    case 5:
      let parameters = (0..<below(3)).map { _ in pick(Self.names) }.joined(separator: ", ")
      return "def \(pick(["f", "g"]))(\(parameters)) { \(block(depth - 1)) return \(expression(4)); }"
    case 6: return "for \(pick(Self.names)) in \(expression(2)) { \(block(depth - 1)) }"
    case 7: return "if \(expression(2)) { \(block(depth - 1)) } else { \(block(depth - 1)) }"
    case 8: return "while \(expression(2)) { \(block(depth - 1)) }"
    case 9: return "set example \(expression(1))\n"
    case 10:
      return pick(["show example\n", "examples on\n", "full seq display on\n", "full seq display off\n"])
    default:
      return
        "circuit c { vocab = \(expression(1)); max_len = \(below(5)); output = \(expression(2)); causal = \(expression(0)); }"
    }
  }

  private mutating func block(_ depth: Int) -> String {
    (0...below(2)).map { _ in statement(depth) }.joined(separator: " ")
  }

  private mutating func expression(_ depth: Int) -> String {
    if depth <= 0 { return below(2) == 0 ? pick(Self.names) : pick(Self.literals) }
    let d = depth - 1
    switch below(20) {
    case 0, 1: return pick(Self.names)
    case 2: return pick(Self.literals)
    case 3...6: return "\(expression(d)) \(pick(Self.operators)) \(expression(d))"
    case 7: return "(\(expression(d)))"
    case 8: return "\(pick(["not ", "-", "+", "round", "indicator"]))(\(expression(d)))"
    case 9: return "\(expression(d)) if \(expression(d)) else \(expression(d))"
    case 10: return "\(expression(d))[\(expression(d))]"
    case 11, 12:
      let arguments = (0..<(1 + below(3))).map { _ in expression(d) }.joined(separator: ", ")
      return "\(pick(Self.functions))(\(arguments))"
    case 13:
      return "select(\(expression(d)), \(expression(d)), \(pick(["==", "<", ">", "<=", ">=", "!=", "f"])))"
    case 14:
      return "aggregate(\(expression(d)), \(expression(d))\(below(2) == 0 ? "" : ", " + expression(0)))"
    case 15: return "[\(expression(d)), \(expression(d))]"
    case 16: return "[\(expression(d)) for \(pick(Self.names)) in \(expression(d))]"
    case 17: return "{\(expression(0)): \(expression(d)) for \(pick(Self.names)) in \(expression(d))}"
    case 18: return "range(\(expression(0)))"
    default: return "\(pick(["tokens", "indices", "x", "full_s"]))(\(expression(1)))"
    }
  }

  /// The text with a few bytes dropped, doubled, swapped or replaced.
  private mutating func damaged(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(5) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(bytes[place], at: place)
      case 2: bytes.swapAt(place, below(bytes.count))
      case 3: bytes[place] = UInt8(truncatingIfNeeded: next())
      default: bytes.insert(contentsOf: Array(pick(Self.words).utf8), at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
