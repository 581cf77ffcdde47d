import Lexer
import Runtime
import Testing

@testable import Compiler

/// A selector with a promise compiles as the selector does.
@Suite struct PromiseTests {
  @Test(arguments: [false, true]) func oneIsCompiled(causal: Bool) throws {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: """
          before = one(select(indices, indices - 1, ==));
          y = aggregate(before, tokens, "-");
          circuit c { vocab = ["a", "b"]; max_len = 3; causal = \(causal); output = y; }
          """))
    let compiled = try Compiler.compile(program.circuits[0], in: program.graph)
    #expect(compiled.verification?.mismatches == 0)
    #expect(compiled.verification?.inputs == 14)
  }
}
