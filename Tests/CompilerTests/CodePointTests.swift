import Diagnostics
import Runtime
import Testing

@testable import Compiler

/// Values that differ by code points alone are different ones in a transformer, too.
@Suite struct CodePointTests {
  private static func program(_ text: String) throws -> Program {
    try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
  }

  @Test func twoSpellingsAreTwoTokens() throws {
    let tokenizer = Tokenizer(vocabulary: [.string("\u{e9}"), .string("e\u{301}")])
    #expect(tokenizer.id(of: .string("\u{e9}")) == 0)
    #expect(tokenizer.id(of: .string("e\u{301}")) == 1)
  }

  @Test func largeIntegersAreTokensOfTheirOwn() {
    let tokenizer = Tokenizer(vocabulary: [.int(1 << 53), .int(1 << 53 + 1), .int(1)])
    #expect(tokenizer.id(of: .int(1 << 53 + 1)) == 1)
    #expect(tokenizer.id(of: .float(0x1p53)) == 0)
    #expect(tokenizer.id(of: .float(1)) == 2)
    #expect(tokenizer.id(of: .bool(true)) == 2)
  }

  @Test func valuesOfVariablesAreNotMerged() throws {
    let program = try Self.program(
      """
      x = {"a": "\u{e9}", "b": "e\u{301}"}[tokens];
      y = len(x);
      circuit c { vocab = ["a", "b"]; max_len = 2; output = y; }
      """)
    let compiled = try Compiler.compile(program.circuits[0], in: program.graph)
    #expect(compiled.certificate?.isProved == true)
  }
}
