import Diagnostics
import Foundation
import Runtime
import Testing

@testable import Compiler

/// What a program compiles to depends on what it means, not on how it is spelled.
struct SpellingTests {
  /// A compiled circuit without names.
  struct Shape: Equatable {
    let layers: Int
    let heads: Int
    let dModel: Int
    let nodes: [String]
    let edges: Set<String>

    init(_ compiled: CompiledCircuit) {
      let config = compiled.parameters.config
      (layers, heads, dModel) = (config.layers, config.heads, config.dModel)
      nodes = compiled.alignment.map { "\($0.component)" }
      edges = Set(compiled.edges.map { "\($0.from.hookName) \($0.to.hookName)" })
    }
  }

  private func shape(_ circuit: Circuit, _ graph: SOpGraph) throws(Diagnostic) -> Shape {
    var options = CompilerOptions()
    options.acceptsUnproved = true
    options.verification = .proof
    return Shape(try Compiler.compile(circuit, in: graph, options: options))
  }

  private func shape(_ text: String) throws -> Shape {
    let (circuit, graph) = try loaded(text)
    return try shape(circuit, graph)
  }

  /// Heads numbered in the order of operands, names or statements, and copies with components of their own, differ.
  @Test func shippedProgramsCompileToTheSameHoweverTheyAreSpelled() throws {
    let files = FileManager.default.enumerator(
      at: BenchmarkTests.root.appendingPathComponent("programs"), includingPropertiesForKeys: nil)!
    var compared = 0
    for file in files.compactMap({ $0 as? URL }) where file.pathExtension == "rasp" {
      let program = try ProgramLoader.load(path: file.path)
      for circuit in program.circuits {
        let expected = try shape(circuit, program.graph)
        for seed in 0..<2 as Range<UInt64> {
          let respelling = Respelling(circuit, in: program.graph, seed: seed)
          #expect(
            try shape(respelling.circuit, respelling.graph) == expected,
            "\(file.lastPathComponent), seed \(seed)")
          compared += 1
        }
      }
    }
    #expect(compared > 250)
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func randomProgramsCompileToTheSameHoweverTheyAreSpelled(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    guard let expected = try? shape(program.circuit, program.builder.graph) else { return }
    for other in 0..<2 as Range<UInt64> {
      let respelling = Respelling(program.circuit, in: program.builder.graph, seed: other)
      #expect(try shape(respelling.circuit, respelling.graph) == expected, "spelling \(other)")
    }
  }

  private static let block = "\ncircuit y { vocab = [0, 1, 2]; max_len = 4; output = y; }\n"

  @Test(arguments: [
    ["y = tokens;", "def f(x) { return x; }\ny = f(tokens);"],
    ["y = tokens * 1;", "y = 1 * tokens;", "y = (tokens + 0);", "y = tokens_int + 0;"],
    [
      "x = 1 * tokens; y = x + indices;", "x = tokens * 1; y = indices + x;", "y = tokens + indices;",
      "x = tokens_int; y = (x) + (indices);", "tokens_too = tokens; y = tokens_too + indices;",
      "def both(a, b) { return a + b; }\ny = both(indices, tokens_int);",
    ],
    [
      "y = selector_width(select(tokens, tokens, ==)) + selector_width(select(tokens, 1, ==));",
      "y = selector_width(select(tokens, 1, ==)) + selector_width(select(tokens, tokens, ==));",
      "def n(s) { return selector_width(s); }\ny = n(select(tokens, 1, ==)) + n(select(tokens, tokens, ==));",
    ],
    [
      "a = aggregate(select(indices, 0, ==), tokens); b = aggregate(select(indices, 1, ==), tokens); y = a == b;",
      "z = aggregate(select(indices, 0, ==), tokens); b = aggregate(select(indices, 1, ==), tokens); y = b == z;",
      "b = aggregate(select(indices, 1, ==), tokens); a = aggregate(select(indices, 0, ==), tokens); y = (a == b);",
    ],
    [
      "y = aggregate(select(indices, 0 * tokens, ==), tokens);",
      "z = tokens - tokens; y = aggregate(select(indices, z, ==), tokens);",
      "y = aggregate(select(indices, 0, ==), tokens);",
      "def first(x) { return aggregate(select(indices, 0, ==), x); }\ny = first(tokens);",
    ],
  ])
  func spellingsOfOneProgram(texts: [String]) throws {
    let first = try shape(texts[0] + Self.block)
    for text in texts.dropFirst() { #expect(try shape(text + Self.block) == first, "\(text)") }
  }

  /// A copy of another type, or in another encoding, is no copy.
  @Test(arguments: [
    "y = tokens == 1; z = indicator(y);", "y = tokens * 1.0; z = y;", "y = tokens_str; z = y;",
  ])
  func whatPrintsDifferentlyIsComputed(text: String) throws {
    let (circuit, graph) = try loaded(
      text + "\nw = z;\ncircuit c { vocab = [0, 1]; max_len = 3; output = w; }")
    #expect(try !Compiler.compile(circuit, in: graph).alignment.isEmpty)
  }
}
