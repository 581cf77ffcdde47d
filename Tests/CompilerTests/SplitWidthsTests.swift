import Diagnostics
import Runtime
import Testing
import Transformer

@testable import Compiler

/// Widths of alternatives that would need a variable of many combinations are sums of widths.
struct SplitWidthsTests {
  private static let order =
    "select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, indices, <))"

  private static func program(_ selector: String, vocabulary: Int, length: Int) -> String {
    """
    place = selector_width(\(selector));
    circuit place { vocab = range(\(vocabulary)); max_len = \(length); output = place; }
    """
  }

  /// With a word too many or too few a sum would count positions twice, or not at all.
  @Test(arguments: [
    order, "select(tokens, 3, <) or select(tokens, indices, ==) or select(indices, indices, <)",
    "select(tokens, tokens, ==) or select(indices, indices, >) or select(tokens, 5, ==)",
  ])
  func aSplitProgramMeansTheSame(selector: String) throws {
    let (circuit, graph) = try loaded(Self.program(selector, vocabulary: 90, length: 8))
    let split = SplitWidths(circuit, in: graph)
    #expect(split.wholes.count == 1)
    let old = Interpreter(graph).prepare([circuit.output])
    let new = Interpreter(split.graph).prepare([split.circuit.output])
    var generator = SeededGenerator(seed: 1, stream: "split widths")
    for _ in 0..<200 {
      let input = (0..<1 + generator.index(below: 8)).map { _ in
        Value.int(generator.index(below: 9))
      }
      #expect(try new.evaluate(on: input) == old.evaluate(on: input), "\(input)")
    }
  }

  @Test func fewCombinationsStayTogether() throws {
    let (circuit, graph) = try loaded(Self.program(Self.order, vocabulary: 10, length: 8))
    let split = SplitWidths(circuit, in: graph)
    #expect(split.wholes.isEmpty && split.graph.sops.count == graph.sops.count)
  }

  /// A rank stays known as one: sorting selects one position, and is proved in far less room.
  @Test func sortingIsProvedInLittleRoom() throws {
    let (circuit, graph) = try loaded(
      """
      place = selector_width(\(Self.order));
      sorted = aggregate(select(place, indices, ==), tokens);
      circuit sort { vocab = range(60); max_len = 10; output = sorted; }
      """)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true && compiled.certificate?.open == [])
    #expect(compiled.parameters.config.dModel < 300)
    let names = compiled.alignment.map(\.variable)
    #expect(names.contains("place, part 1") && names.contains("place"))
    let report = try Verifier.verify(compiled, graph: graph, mode: .samples(300))
    #expect(report.mismatches == 0)
  }
}

/// Selectors that put positions in an order are told from those that do not.
struct LexicographicOrderTests {
  @Test(
    arguments: [
      ("select(tokens, tokens, <)", false), ("select(tokens, tokens, >=)", true),
      ("select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, indices, <))", false),
      ("select(tokens, tokens, >) or (select(tokens, tokens, ==) and select(indices, indices, <=))", true),
      (
        "(select(tokens, tokens, !=) and select(tokens, tokens, <=)) or (select(tokens, tokens, ==) and select(indices, indices, >))",
        false
      ),
    ] as [(String, Bool)])
  func orders(selector: String, selectsItself: Bool) throws {
    #expect(try Self.selectsItself(selector) == selectsItself)
  }

  @Test(arguments: [
    "select(tokens, tokens, ==)", "select(tokens, tokens, !=)", "select(tokens, indices, <)",
    "select(tokens, tokens, <) and select(indices, indices, <)",
    "select(tokens, tokens, <) or select(indices, indices, <)",
    "select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, 2, <))",
  ])
  func others(selector: String) throws { #expect(try Self.selectsItself(selector) == nil) }

  private static func selectsItself(_ selector: String) throws -> Bool? {
    let (circuit, graph) = try loaded(
      """
      y = selector_width(\(selector));
      circuit y { vocab = range(4); max_len = 4; output = y; }
      """)
    let analysis = AnalysisGraph([circuit.output], in: graph)
    guard case .width(let selection)? = analysis.nodes.last?.kind else { return nil }
    return LexicographicOrder.selectsItself(selection)
  }
}
