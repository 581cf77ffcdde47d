import Runtime
import Testing

@testable import Compiler

/// What attention leaves a little off is made exact before much of it is added up.
struct ExactCopiesTests {
  @Test func aLongWidthIsCopiedBeforeItIsReadAsANumber() throws {
    let (circuit, graph) = try loaded(
      """
      mirrored = aggregate(select(indices, length - 1 - indices, ==), tokens);
      circuit reverse { vocab = [0, 1]; max_len = 70; output = mirrored; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true)
    #expect(compiled.alignment.contains { $0.variable == "length_exact" })
    // A step of a sum takes two units, not one for each pair.
    #expect(compiled.parameters.config.dMLP < 300)
  }

  @Test func aShortOneIsNot() throws {
    let (circuit, graph) = try loaded(
      """
      mirrored = aggregate(select(indices, length - 1 - indices, ==), tokens);
      circuit reverse { vocab = [0, 1]; max_len = 12; output = mirrored; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true)
    #expect(!compiled.alignment.contains { $0.variable.hasSuffix("_exact") })
  }

  /// The keys of a width are a width of widths: without copies attention would not be shared evenly enough.
  @Test func copiesAreMadeWhereNothingElseCanBeProved() throws {
    let (circuit, graph) = try loaded(
      """
      a = selector_width(select(tokens, tokens, ==));
      b = aggregate(select(indices, indices - 1, ==), a, 0);
      c = selector_width(select(b, a, ==));
      d = aggregate(select(indices, indices - 1, ==), c, 0);
      e = selector_width(select(d, c, <));
      circuit e { vocab = range(5); max_len = 20; output = e; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true)
    let report = try Verifier.verify(compiled, graph: graph, mode: .samples(200))
    #expect(report.mismatches == 0)
  }

  /// A folder is read by compiling its program again, without comparing anything: to the same sizes.
  @Test func whatIsComparedDoesNotDecideTheSizes() throws {
    let (circuit, graph) = try loaded(
      """
      result = 0;
      for n in range(1, 6) { result = count(tokens, n) if tokens == n else result; }
      circuit counts { vocab = range(1, 6); max_len = 5; output = result; }
      """)
    var options = CompilerOptions()
    let compiled = try Compiler.compile(circuit, in: graph, options: options)
    options.verification = nil
    let again = try Compiler.compile(circuit, in: graph, options: options)
    #expect(compiled.certificate?.isProved == true)
    #expect(again.parameters.config == compiled.parameters.config)
    #expect(again.parameters.values.elementsEqual(compiled.parameters.values))
  }

  /// What is always the same needs no weights, so that no edge leads away from it.
  @Test func constantsHaveNoEdges() throws {
    let (circuit, graph) = try loaded(
      """
      zero = numerical(aggregate(full_s, 0));
      y = tokens + zero;
      circuit y { vocab = [1, 2]; max_len = 2; output = y; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    for edge in compiled.dataflow {
      if case .result = edge.from { Issue.record("\(edge) carries nothing") }
    }
  }
}
