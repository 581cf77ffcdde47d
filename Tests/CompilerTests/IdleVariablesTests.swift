import Lexer
import Runtime
import Testing

@testable import Compiler

/// Variables whose values make no difference are found, and no others.
struct IdleVariablesTests {
  private func idle(_ text: String, _ circuit: String) throws -> [IdleVariable] {
    let (circuit, graph) = try loaded(text + "\ncircuit y { output = y; \(circuit) }\n")
    return try Compiler.compile(circuit, in: graph).idleVariables()
  }

  private static let small = "vocab = [0, 1]; max_len = 3;"
  private static let large = "vocab = range(20); max_len = 8;"

  /// `x` is read and differs from input to input, but whatever it is, the output is the same.
  @Test(arguments: [small, large])
  func aVariableThatNeverMattersIsFound(circuit: String) throws {
    let found = try idle(
      "x = tokens > 0;\ny = tokens + indicator(x and (not x));", circuit)
    #expect(found.map(\.name) == [] || found.map(\.name) == ["x"])
    let gated = try idle(
      """
      flag = tokens >= 0;
      x = selector_width(select(tokens, tokens, ==));
      y = (x if x < 0 else tokens);
      """, circuit)
    #expect(gated.map(\.name) == ["x"])
    #expect(gated[0].isProved == (circuit == Self.small))
    #expect(gated[0].diagnostic.severity == .warning)
    #expect(
      gated[0].diagnostic.description.hasPrefix("test.rasp:2:1: warning: 'x' never changes the output: "))
  }

  /// A variable that decides on one combination in many thousands is not idle.
  @Test func oneSwapIsEnough() throws {
    let found = try idle(
      "x = selector_width(select(tokens, 7, ==));\ny = 1 if x == 8 and tokens == 7 else 0;", Self.large)
    #expect(found.isEmpty)
  }

  /// Only a swap between lengths can tell anything of a length; with plain swaps it would seem idle.
  @Test func aLengthIsNotIdle() throws {
    let found = try idle("n = length + 0 * tokens;\nhalf = n * 2;\ny = half + tokens;", Self.small)
    #expect(found.isEmpty)
  }
}
