import Foundation

/// Functions of strings.
extension Builtin {
  private static func predicate(
    _ name: String, _ summary: String, _ holds: @escaping @Sendable (UnicodeScalar) -> Bool
  ) -> Builtin {
    function("\(name)(text)", summary, 1...1, of: .string, to: .bool) { arguments in
      let text = try string(name, arguments[0])
      return .bool(!text.isEmpty && text.unicodeScalars.allSatisfy(holds))
    }
  }

  static let text: [Builtin] = [
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
}
