import Foundation
import Parser

/// A function that the language provides beyond RASP 0.1; a program may give its name to something else.
struct Builtin: Sendable {
  enum Kind: Sendable {
    /// Works on plain values, and so on s-ops value by value; gives the types of its results.
    case elementwise(ValueTypes, @Sendable ([Value]) throws -> Value)
    case special(Special)
  }

  /// Functions of more than plain values.
  enum Special: Sendable {
    case selectorWidth, one, numerical, categorical, map
    case sum, sorted, reversed, largest, smallest, join, split, characters, keys, values
  }

  let signature: String
  let summary: String
  let arity: ClosedRange<Int>
  /// The types that every argument must be able to have.
  let operands: ValueTypes
  /// Whether `None` among the arguments is the result.
  let passesNone: Bool
  let kind: Kind

  var name: String { String(signature.prefix { $0 != "(" }) }

  static let constants: [(String, Value)] = [
    ("None", .none), ("pi", .float(.pi)), ("inf", .float(.infinity)),
  ]

  static let all: [Builtin] = special + numeric + text + general

  /// An elementwise function.
  private static func function(
    _ signature: String, _ summary: String, _ arity: ClosedRange<Int>, of operands: ValueTypes,
    to result: ValueTypes, passesNone: Bool = true, _ body: @escaping @Sendable ([Value]) throws -> Value
  ) -> Builtin {
    Builtin(
      signature: signature, summary: summary, arity: arity, operands: operands, passesNone: passesNone,
      kind: .elementwise(result, body))
  }

  private static func special(
    _ signature: String, _ summary: String, _ arity: ClosedRange<Int>, _ special: Special
  ) -> Builtin {
    Builtin(
      signature: signature, summary: summary, arity: arity, operands: .any, passesNone: false,
      kind: .special(special))
  }

  /// A function of one float.
  private static func real(
    _ name: String, _ summary: String, _ body: @escaping @Sendable (Double) -> Double
  ) -> Builtin {
    function("\(name)(x)", summary, 1...1, of: .numbers, to: .float) { arguments in
      let x = try number(name, arguments[0])
      let result = body(x)
      guard !result.isNaN else {
        throw EvaluationError("\(name) is not defined at \(arguments[0].text)")
      }
      guard result.isFinite || !x.isFinite else {
        throw EvaluationError("\(name)(\(arguments[0].text)) is not a finite number")
      }
      return .float(result)
    }
  }

  private static func number(_ name: String, _ value: Value) throws(EvaluationError) -> Double {
    guard let number = value.number else { throw Arithmetic.mismatch(name, value) }
    return number
  }

  private static func integer(_ name: String, _ value: Value) throws(EvaluationError) -> Int {
    guard let integer = value.integer else { throw Arithmetic.mismatch(name, value) }
    return integer
  }

  private static func string(_ name: String, _ value: Value) throws(EvaluationError) -> String {
    guard case .string(let text) = value else { throw Arithmetic.mismatch(name, value) }
    return text
  }

  // MARK: Functions of s-ops, selectors, functions and lists

  private static let special: [Builtin] = [
    special("_selector_width(sel)", "how many positions a selector selects", 1...1, .selectorWidth),
    special("one(sel)", "sel, with the promise that it selects at most one position", 1...1, .one),
    special("numerical(x)", "x, encoded as one direction scaled by its value", 1...1, .numerical),
    special("categorical(x)", "x, encoded as one direction for each value", 1...1, .categorical),
    special(
      "map(f, x, ...)", "the function f applied to the values of x, ... at each position", 2...17, .map),
    special("sum(list)", "the sum of a list of numbers", 1...1, .sum),
    special("sorted(list)", "the list in ascending order; of a string, its characters", 1...1, .sorted),
    special("reversed(x)", "a string or a list in reverse order", 1...1, .reversed),
    special("largest(list)", "the largest element of a list", 1...1, .largest),
    special("smallest(list)", "the smallest element of a list", 1...1, .smallest),
    special("join(list, separator)", "the strings of a list joined into one", 2...2, .join),
    special("split(text, separator)", "a string split into a list", 2...2, .split),
    special("chars(text)", "the characters of a string as a list", 1...1, .characters),
    special("keys(dictionary)", "the keys of a dictionary as a list", 1...1, .keys),
    special("values(dictionary)", "the values of a dictionary as a list", 1...1, .values),
  ]

  // MARK: Numbers

  private static let numeric: [Builtin] = [
    function("abs(x)", "the absolute value of x", 1...1, of: .numbers, to: [.int, .float]) { arguments in
      if let integer = arguments[0].integer {
        return integer < 0 ? try Arithmetic.negate(.int(integer)) : .int(integer)
      }
      return .float(abs(try number("abs", arguments[0])))
    },
    function("sign(x)", "-1, 0 or 1", 1...1, of: .numbers, to: .int) { arguments in
      let x = try number("sign", arguments[0])
      return .int(x > 0 ? 1 : x < 0 ? -1 : 0)
    },
    function("floor(x)", "x rounded down to an integer", 1...1, of: .numbers, to: .int) { arguments in
      if let integer = arguments[0].integer { return .int(integer) }
      return .int(try Arithmetic.integer(number("floor", arguments[0]).rounded(.down)))
    },
    function("ceil(x)", "x rounded up to an integer", 1...1, of: .numbers, to: .int) { arguments in
      if let integer = arguments[0].integer { return .int(integer) }
      return .int(try Arithmetic.integer(number("ceil", arguments[0]).rounded(.up)))
    },
    function("trunc(x)", "x without its fractional part", 1...1, of: .numbers, to: .int) { arguments in
      if let integer = arguments[0].integer { return .int(integer) }
      return .int(try Arithmetic.integer(number("trunc", arguments[0]).rounded(.towardZero)))
    },
    function("round_to(x, digits)", "x rounded to that many decimals", 2...2, of: .numbers, to: .float) {
      arguments in
      let digits = try integer("round_to", arguments[1])
      guard (0...100).contains(digits) else {
        throw EvaluationError("round_to takes 0 to 100 digits, not \(digits)")
      }
      return .float(Value.rounded(try number("round_to", arguments[0]), digits: digits))
    },
    function("div(a, b)", "a / b, rounded down to a whole number", 2...2, of: .numbers, to: [.int, .float]) {
      try Arithmetic.floorDivide($0[0], $0[1])
    },
    function("pow(a, b)", "a ^ b", 2...2, of: .numbers, to: [.int, .float]) {
      try Arithmetic.power($0[0], $0[1])
    },
    function("gcd(a, b)", "the greatest common divisor", 2...2, of: [.int, .bool], to: .int) { arguments in
      .int(try gcd(integer("gcd", arguments[0]), integer("gcd", arguments[1])))
    },
    function("lcm(a, b)", "the least common multiple", 2...2, of: [.int, .bool], to: .int) { arguments in
      let a = try integer("lcm", arguments[0])
      let b = try integer("lcm", arguments[1])
      if a == 0 || b == 0 { return .int(0) }
      let product = try Arithmetic.multiply(.int(a / (try gcd(a, b))), .int(b))
      return product.integer! < 0 ? try Arithmetic.negate(product) : product
    },
    function(
      "clamp(x, low, high)", "x limited to the range from low to high", 3...3, of: .numbers,
      to: [.int, .float]
    ) {
      arguments in
      if try Arithmetic.compare(.less, arguments[0], arguments[1]) { return arguments[1] }
      return try Arithmetic.compare(.greater, arguments[0], arguments[2]) ? arguments[2] : arguments[0]
    },
    real("sqrt", "the square root") { $0.squareRoot() },
    real("cbrt", "the cube root") { x in
      // The C library may miss the root of a cube by its last digit.
      let root = cbrt(x)
      let whole = root.rounded()
      return whole * whole * whole == x ? whole : root
    },
    function("exp(x)", "e to the power of x", 1...1, of: .numbers, to: .float) { arguments in
      let x = try number("exp", arguments[0])
      guard x < 709.782712893384 || x.isInfinite else {
        throw EvaluationError("exp(\(arguments[0].text)) is not a finite number")
      }
      return .float(exp(x))
    },
    function("log(x)", "the natural logarithm; log(x, base) to another base", 1...2, of: .numbers, to: .float)
    {
      arguments in
      let x = try number("log", arguments[0])
      guard x > 0 else { throw EvaluationError("log is not defined at \(arguments[0].text)") }
      if arguments.count == 1 { return .float(log(x)) }
      let base = try number("log", arguments[1])
      guard base > 0, base != 1 else {
        throw EvaluationError("\(arguments[1].text) cannot be the base of a logarithm")
      }
      guard x.isFinite || base.isFinite else {
        throw Arithmetic.noValue("log(\(arguments[0].text), \(arguments[1].text))")
      }
      return .float(log(x) / log(base))
    },
    real("log2", "the logarithm to base 2") { $0 > 0 ? log2($0) : .nan },
    real("log10", "the logarithm to base 10") { $0 > 0 ? log10($0) : .nan },
    real("sin", "the sine of an angle in radians") { sin($0) },
    real("cos", "the cosine of an angle in radians") { cos($0) },
    real("tan", "the tangent of an angle in radians") { tan($0) },
    real("asin", "the angle whose sine is x") { asin($0) },
    real("acos", "the angle whose cosine is x") { acos($0) },
    real("atan", "the angle whose tangent is x") { atan($0) },
    function("atan2(y, x)", "the angle of the point (x, y)", 2...2, of: .numbers, to: .float) { arguments in
      .float(atan2(try number("atan2", arguments[0]), try number("atan2", arguments[1])))
    },
    real("sinh", "the hyperbolic sine") { sinh($0) },
    real("cosh", "the hyperbolic cosine") { cosh($0) },
    real("tanh", "the hyperbolic tangent") { tanh($0) },
    real("asinh", "the inverse of the hyperbolic sine") { asinh($0) },
    real("acosh", "the inverse of the hyperbolic cosine") { acosh($0) },
    real("atanh", "the inverse of the hyperbolic tangent") { atanh($0) },
  ]

  private static func gcd(_ a: Int, _ b: Int) throws(EvaluationError) -> Int {
    var (a, b) = (a.magnitude, b.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    guard let result = Int(exactly: a) else { throw EvaluationError("\(a) does not fit in 64 bits") }
    return result
  }

  // MARK: Text

  private static func predicate(
    _ name: String, _ summary: String, _ holds: @escaping @Sendable (UnicodeScalar) -> Bool
  ) -> Builtin {
    function("\(name)(text)", summary, 1...1, of: .string, to: .bool) { arguments in
      let text = try string(name, arguments[0])
      return .bool(!text.isEmpty && text.unicodeScalars.allSatisfy(holds))
    }
  }

  private static let text: [Builtin] = [
    function("upper(text)", "the text in upper case", 1...1, of: .string, to: .string) {
      .string(try string("upper", $0[0]).uppercased())
    },
    function("lower(text)", "the text in lower case", 1...1, of: .string, to: .string) {
      .string(try string("lower", $0[0]).lowercased())
    },
    function(
      "capitalize(text)", "the first letter in upper case, the others in lower case", 1...1, of: .string,
      to: .string
    ) {
      let text = try string("capitalize", $0[0])
      guard let first = text.unicodeScalars.first else { return .string("") }
      return .string(
        first.properties.uppercaseMapping + String(text.unicodeScalars.dropFirst()).lowercased())
    },
    function(
      "swapcase(text)", "upper case as lower case, and lower case as upper case", 1...1, of: .string,
      to: .string
    ) {
      .string(
        try string("swapcase", $0[0]).unicodeScalars.map {
          $0.properties.isUppercase ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
        }.joined())
    },
    function("strip(text)", "the text without white space at its ends", 1...1, of: .string, to: .string) {
      .string(try string("strip", $0[0]).trimmingCharacters(in: .whitespacesAndNewlines))
    },
    function(
      "slice(text, start, end)",
      "the characters from start up to, but not including, end; negative indices count "
        + "from the end; without end, all from start on", 2...3, of: [.string, .int, .bool], to: .string
    ) { arguments in
      let scalars = Array(try string("slice", arguments[0]).unicodeScalars)
      func place(_ value: Value) throws -> Int {
        let place = try integer("slice", value)
        return place < 0
          ? max(0, place < -scalars.count ? 0 : place + scalars.count) : min(place, scalars.count)
      }
      let start = try place(arguments[1])
      let end = arguments.count == 3 ? try place(arguments[2]) : scalars.count
      var result = ""
      if start < end { result.unicodeScalars.append(contentsOf: scalars[start..<end]) }
      return .string(result)
    },
    function("char_at(text, i)", "the character at index i", 2...2, of: [.string, .int, .bool], to: .string) {
      arguments in
      let scalars = Array(try string("char_at", arguments[0]).unicodeScalars)
      let place = try integer("char_at", arguments[1])
      guard place < scalars.count, place >= -scalars.count else {
        throw EvaluationError("\(arguments[0].excerpt) has no character \(place)")
      }
      return .string(String(scalars[place < 0 ? place + scalars.count : place]))
    },
    function(
      "find(text, part)", "the index at which part begins in text, or -1", 2...2, of: .string, to: .int
    ) {
      arguments in
      let part = try string("find", arguments[1])
      return .int(try string("find", arguments[0]).place(of: part) ?? -1)
    },
    function("includes(text, part)", "whether part is in text", 2...2, of: .string, to: .bool) { arguments in
      let part = try string("includes", arguments[1])
      return .bool(try string("includes", arguments[0]).includes(part))
    },
    function("occurrences(text, part)", "how often part occurs in text", 2...2, of: .string, to: .int) {
      arguments in
      let text = try string("occurrences", arguments[0])
      let part = try string("occurrences", arguments[1])
      if part.isEmpty { return .int(text.unicodeScalars.count + 1) }
      return .int(text.pieces(separatedBy: part).count - 1)
    },
    function("starts_with(text, part)", "whether text begins with part", 2...2, of: .string, to: .bool) {
      arguments in
      let part = try string("starts_with", arguments[1])
      return .bool(try string("starts_with", arguments[0]).begins(with: part))
    },
    function("ends_with(text, part)", "whether text ends with part", 2...2, of: .string, to: .bool) {
      arguments in
      let part = try string("ends_with", arguments[1])
      return .bool(try string("ends_with", arguments[0]).ends(with: part))
    },
    function(
      "replace(text, old, new)", "text with every old replaced by new", 3...3, of: .string, to: .string
    ) {
      arguments in
      let text = try string("replace", arguments[0])
      let old = try string("replace", arguments[1])
      let new = try string("replace", arguments[2])
      if old.isEmpty { throw EvaluationError("replace needs a non-empty text to look for") }
      let pieces = text.pieces(separatedBy: old)
      guard text.utf8.count + (pieces.count - 1) * new.utf8.count <= Arithmetic.maximumTextLength else {
        throw String.tooLong()
      }
      return .string(pieces.joined(separator: new))
    },
    predicate("is_alpha", "whether all characters are letters") { $0.properties.isAlphabetic },
    predicate("is_digit", "whether all characters are digits 0 to 9") { (48...57).contains($0.value) },
    predicate("is_alnum", "whether all characters are letters or digits") {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
    },
    predicate("is_upper", "whether all characters are upper-case letters") { $0.properties.isUppercase },
    predicate("is_lower", "whether all characters are lower-case letters") { $0.properties.isLowercase },
    predicate("is_space", "whether all characters are white space") { $0.properties.isWhitespace },
    predicate("is_vowel", "whether all characters are vowels: a, e, i, o, u") {
      "aeiouAEIOU".unicodeScalars.contains($0)
    },
    predicate("is_punctuation", "whether no character is a letter, a digit or white space") {
      !$0.properties.isAlphabetic && $0.properties.numericType == nil && !$0.properties.isWhitespace
    },
    function("ord(character)", "the code point of a character", 1...1, of: .string, to: .int) { arguments in
      let scalars = try string("ord", arguments[0]).unicodeScalars
      guard scalars.count == 1 else {
        throw EvaluationError("ord takes one character, not \(arguments[0].excerpt)")
      }
      return .int(Int(scalars.first!.value))
    },
    function("chr(number)", "the character with a given code point", 1...1, of: [.int, .bool], to: .string) {
      arguments in
      let code = try integer("chr", arguments[0])
      guard let scalar = UInt32(exactly: code).flatMap(UnicodeScalar.init) else {
        throw EvaluationError("\(code) is not the code point of a character")
      }
      return .string(String(Character(scalar)))
    },
  ]

  // MARK: Any values

  private static let general: [Builtin] = [
    function("str(x)", "x as a string", 1...1, of: .any, to: .string) { try convert($0[0], to: .string) },
    function(
      "int(x)", "x as an integer: strings are parsed, fractions are cut off", 1...1, of: .any, to: .int
    ) {
      try convert($0[0], to: .int)
    },
    function("float(x)", "x as a float", 1...1, of: .any, to: .float) { try convert($0[0], to: .float) },
    function("bool(x)", "whether x is neither zero nor empty", 1...1, of: .any, to: .bool) {
      try convert($0[0], to: .bool)
    },
    function("is_none(x)", "whether x is None", 1...1, of: .any, to: .bool, passesNone: false) {
      .bool($0[0].isNone)
    },
    function("default(x, value)", "x, or value where x is None", 2...2, of: .any, to: .any, passesNone: false)
    {
      $0[0].isNone ? $0[1] : $0[0]
    },
    function("is_number(x)", "whether x is a number", 1...1, of: .any, to: .bool) {
      .bool($0[0].number != nil)
    },
    function("is_string(x)", "whether x is a string", 1...1, of: .any, to: .bool) {
      if case .string = $0[0] { .bool(true) } else { .bool(false) }
    },
  ]

  static func conversion(_ name: String, to type: ValueTypes) -> Operation {
    Operation(unary: name) { try convert($0, to: type) }
  }

  /// Python's `str`, `int`, `float` and `bool`.
  static func convert(_ value: Value, to type: ValueTypes) throws(EvaluationError) -> Value {
    switch type {
    case .string: return .string(value.text)
    case .bool: return .bool(value.isTrue)
    case .int:
      switch value {
      case .string(let text):
        let digits = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if let integer = Int(digits) { return .int(integer) }
        throw EvaluationError("\(value.excerpt) is not an integer")
      case .float(let number): return .int(try Arithmetic.integer(number.rounded(.towardZero)))
      default: return .int(value.integer!)
      }
    default:
      if case .string(let text) = value {
        let digits = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        switch digits {
        case "inf", "+inf", "infinity", "+infinity": return .float(.infinity)
        case "-inf", "-infinity": return .float(-.infinity)
        default: break
        }
        if !digits.hasPrefix("0x"), !digits.contains("p"), let number = Double(digits), number.isFinite {
          return .float(number)
        }
        throw EvaluationError("\(value.excerpt) is not a number")
      }
      return .float(value.number!)
    }
  }
}
