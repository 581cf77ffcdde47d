import Diagnostics
import Lexer
import Testing

/// Texts and the tokens they are read as.
@Suite struct LexerTests {
  private func kinds(_ text: String) -> [Token.Kind] {
    Lexer.tokenize(SourceFile(name: "t", text: text)).tokens.map(\.kind).dropLast()
  }

  private func messages(_ text: String) -> [String] {
    Lexer.tokenize(SourceFile(name: "t", text: text)).diagnostics.map { diagnostic in
      let range = diagnostic.range!
      return "\(range.start)-\(range.end): \(diagnostic.message)"
    }
  }

  @Test func numbers() {
    #expect(
      kinds("0 007 2.50 1e3 2.5e-1") == [.integer(0), .integer(7), .float(2.5), .float(1000), .float(0.25)])
    #expect(kinds("1.x") == [.integer(1), .invalid, .identifier("x")])
    #expect(kinds("1e") == [.integer(1), .identifier("e")])
    #expect(kinds("9223372036854775807") == [.integer(.max)])
    #expect(
      messages("9223372036854775808") == ["0-19: the number 9223372036854775808 does not fit in 64 bits"])
  }

  @Test func doubleQuotesKeepEveryCharacter() {
    #expect(kinds(#""a\n'b\" x"#) == [.string(#"a\n'b\"#), .identifier("x")])
    #expect(kinds("\"§📘\"") == [.string("§📘")])
  }

  @Test func singleQuotesEscape() {
    #expect(kinds(#"'a\n\'\\\"\u{1F600}'"#) == [.string("a\n'\\\"😀")])
    #expect(messages(#"'a\q'"#) == ["2-4: unknown escape in a string"])
    #expect(messages(#"'\u{110000}'"#) == ["1-10: this escape is not a character"])
  }

  @Test(arguments: ["\"abc", "\"abc\n", "'abc", "'abc\\", "'ab\nc'"])
  func openStringsAreReported(text: String) {
    #expect(messages(text).first?.hasSuffix("the string is not closed") == true)
  }

  @Test func commentsAndSpaceAreDropped() {
    #expect(kinds("a # b ; c\n\td\r\n# e") == [.identifier("a"), .identifier("d")])
  }

  @Test func symbolsAreReadLongestFirst() {
    #expect(
      kinds("a<=b==c!=d<e=f")
        == [
          .identifier("a"), .symbol(.lessOrEqual), .identifier("b"), .symbol(.equal), .identifier("c"),
          .symbol(.notEqual), .identifier("d"), .symbol(.less), .identifier("e"), .symbol(.assign),
          .identifier("f"),
        ])
  }

  @Test func aRunOfStrangeCharactersIsOneMistake() {
    #expect(messages("a $$§§ b") == ["2-8: unexpected \"$$§§\""])
    #expect(kinds("a $$ b") == [.identifier("a"), .invalid, .identifier("b")])
  }
}
