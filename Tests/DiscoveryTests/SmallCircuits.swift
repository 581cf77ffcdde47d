import Compiler
import Diagnostics
import Runtime

/// Circuits compiled from a few lines.
enum SmallCircuits {
  static func compile(_ text: String) throws -> CompiledCircuit {
    let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
    return try Compiler.compile(program.circuits[0], in: program.graph)
  }

  /// Whether a position is the last: nothing but place and length matters.
  static func lastToken() throws -> CompiledCircuit {
    try compile(
      """
      last = indices == length - 1;
      circuit last { vocab = ["a", "b", "c"]; max_len = 4; output = last; }
      """)
  }
}
