import Diagnostics
import Runtime
import Testing

@testable import Compiler

/// A selector with a promise compiles as the selector does; whether the promise is kept is looked into.
@Suite struct PromiseTests {
  private func compile(_ text: String) throws -> CompiledCircuit {
    let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
    return try Compiler.compile(program.circuits[0], in: program.graph)
  }

  @Test(arguments: [false, true]) func aPromiseThatIsKeptIsProved(causal: Bool) throws {
    let compiled = try compile(
      """
      before = one(select(indices, indices - 1, ==));
      y = aggregate(before, tokens, "-");
      circuit c { vocab = ["a", "b"]; max_len = 3; causal = \(causal); output = y; }
      """)
    #expect(compiled.certificate?.isProved == true && compiled.certificate?.open == [])
  }

  @Test func aPromiseThatIsBrokenIsRefusedWithAnInput() {
    #expect {
      try compile(
        """
        y = aggregate(one(select(tokens, "c", ==)), tokens, "-");
        circuit c { vocab = chars("abcdefghijklmnopqrstuvwxyz"); max_len = 9; output = y; }
        """)
    } throws: { error in
      let message = (error as? Diagnostic)?.description ?? ""
      return message.contains("test.rasp:1:15: error: on the input ['c', 'c'] the program has no value")
        && message.contains("one(...) promises one position")
    }
  }

  /// That a first occurrence is one position takes looking at many inputs; over long ones of many letters it is
  /// left open.
  @Test func aPromiseThatCannotBeProvedIsNamed() throws {
    let text = """
      same = select(tokens, tokens, ==) and select(indices, indices, <=);
      is_first = selector_width(same) == 1;
      a = is_first and tokens == "a";
      y = aggregate(one(select(a, True, ==)), indices, -1);
      circuit c { vocab = chars("abcdefgh"); max_len = 9; output = y; }
      """
    let compiled = try compile(text)
    let certificate = try #require(compiled.certificate)
    #expect(certificate.isProved)
    #expect(
      certificate.open.isEmpty
        || certificate.open == ["whether the promise in `y` to select one position is kept"])
    // Without the promise it may be a mean.
    let plain = try compile(text.replacing("one(select(a, True, ==))", with: "select(a, True, ==)"))
    #expect(plain.certificate?.isProved == true)
  }
}
