import Diagnostics
import Runtime
import Testing

@testable import Compiler

/// Tokens that no float tells apart are two tokens all the way.
struct ExactTokensTests {
  static let great = 9_007_199_254_740_992

  @Test(arguments: [
    "y = tokens;", "y = tokens == 9007199254740992;", "y = tokens > 9007199254740992;",
    "y = tokens - 9007199254740992;", "y = selector_width(select(tokens, tokens, ==));",
    "y = selector_width(select(tokens, tokens, <));",
    "y = aggregate(select(indices, indices - 1, ==), tokens, 0);",
  ])
  func integersBeyondFloatsAreToldApart(text: String) throws {
    let (circuit, graph) = try loaded(
      text + "\ncircuit y { vocab = [9007199254740992, 9007199254740993]; max_len = 3; output = y; }")
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true)
    #expect(try Verifier.verify(compiled, graph: graph, mode: .exhaustive).mismatches == 0)
  }

  /// With a tolerance that takes one of two great integers for the other, a wrong answer passes.
  @Test func anAnswerBesideAGreatIntegerIsWrong() throws {
    let (circuit, graph) = try loaded(
      "y = tokens + 0 if tokens > 5 else tokens;\n"
        + "circuit y { vocab = [9007199254740992, 9007199254740993]; max_len = 1; output = y; }")
    let compiled = try Compiler.compile(circuit, in: graph)
    let wrong = compiled.output([0, 0, 0, 1], at: 1, against: .int(Self.great))
    #expect(wrong.wrong == .int(Self.great + 1))
    #expect(compiled.output([0, 0, 1, 0], at: 1, against: .int(Self.great)).wrong == nil)
  }

  /// Numbers compare as what they are, and equal ones are one key.
  @Test func intsAndFloatsCompareExactly() {
    let (int, next, float) = (
      Value.int(Self.great), Value.int(Self.great + 1), Value.float(Double(Self.great))
    )
    #expect(int.equals(float) && !next.equals(float) && !int.equals(next))
    #expect(int.key == float.key && next.key != float.key)
    #expect(int.key.hashValue == float.key.hashValue)
    #expect(!HeldValue.areOne(int, next) && HeldValue.areOne(int, float))
    #expect(!Value.int(.max).equals(.float(Double(Int.max))))
  }

  /// Text, value, id and back; a file that is written and read keeps them apart, too.
  @Test func theTextOfATokenIsItsOwn() throws {
    let vocabulary: [Value] = [
      .int(Self.great), .int(Self.great + 1), .int(.max), .int(.max - 1), .int(.min), .float(0.5),
      .float(1e300),
      .string("9007199254740992"), .string("K"), .string("\u{212A}"), .bool(true), .float(.infinity),
    ]
    #expect(ReadableVocabulary.confusion(in: vocabulary) == nil)
    let tokenizer = Tokenizer(vocabulary: vocabulary)
    for (id, token) in vocabulary.enumerated() {
      let read = try Value.array(json: Value.json([token]))
      #expect(tokenizer.id(of: read[0]) == Int32(id))
    }
  }

  @Test func whatInputsCannotTellApartIsRefused() {
    let confusion = ReadableVocabulary.confusion(in: [.int(1), .float(.infinity), .string("inf")])
    #expect(confusion?.place == 2)
    #expect(
      confusion?.message
        == "the tokens inf and 'inf' cannot be told apart in an input: both are written \"inf\"")
    #expect(ReadableVocabulary.confusion(in: [.string("inf")]) == nil)
  }
}
