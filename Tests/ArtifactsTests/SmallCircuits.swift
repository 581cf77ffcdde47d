import Compiler
import Diagnostics
import Runtime

/// Circuits compiled from a few lines, each proved.
enum SmallCircuits {
  static func compile(_ text: String) throws -> CompiledCircuit {
    let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
    return try Compiler.compile(program.circuits[0], in: program.graph)
  }

  static func reverse() throws -> CompiledCircuit {
    try compile(
      """
      y = aggregate(select(indices, length - 1 - indices, ==), tokens);
      circuit y { vocab = ["a", "b", "c"]; max_len = 4; output = y; }
      """)
  }

  static func histogram() throws -> CompiledCircuit {
    try compile(
      """
      y = selector_width(select(tokens, tokens, ==));
      circuit y { vocab = ["a", "b", "c"]; max_len = 4; output = y; }
      """)
  }

  static func sort() throws -> CompiledCircuit {
    try compile(
      """
      before = select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, indices, <));
      y = aggregate(select(selector_width(before), indices, ==), tokens);
      circuit y { vocab = [1, 2, 3]; max_len = 3; output = y; }
      """)
  }

  /// A number.
  static func share() throws -> CompiledCircuit {
    try compile(
      """
      y = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "b")));
      circuit y { vocab = ["a", "b", "c"]; max_len = 4; output = y; }
      """)
  }

  /// A variable that may be None, and one that reads it.
  static func tokenBefore() throws -> CompiledCircuit {
    try compile(
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, None);
      y = default(before, 7);
      circuit y { vocab = [0, 1, 2]; max_len = 4; output = y; }
      """)
  }
}
