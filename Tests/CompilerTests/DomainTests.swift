import Diagnostics
import Runtime
import Testing

@testable import Compiler

/// Circuits that take some inputs only: what is said of them is said of those, and no others are looked at.
@Suite struct DomainTests {
  private static let addition = """
    def digit(i) { return int(aggregate(select(indices, i, ==), tokens)); }
    well_formed = (tokens == "+") == (indices == 2);
    total = digit(0) * 10 + digit(1) + digit(3) * 10 + digit(4);
    circuit addition {
      vocab = ["0", "1", "2", "3", "+"]; min_len = 5; max_len = 5;
      inputs = where(well_formed); output = total;
    }
    """

  @Test("A program that has a value only on well-formed inputs is proved on all of these")
  func additionIsProved() throws {
    let (compiled, graph) = try compile(Self.addition)
    #expect(compiled.certificate?.isProved == true)
    #expect(compiled.certificate?.open == [])
    let report = try Verifier.verify(compiled, graph: graph, mode: .exhaustive)
    #expect(report.inputs == 256 && report.mismatches == 0)
  }

  @Test("Without its domain, the same program is refused, with an input that shows why")
  func additionNeedsItsDomain() throws {
    let open = Self.addition.replacing("inputs = where(well_formed);", with: "")
    #expect(throws: Diagnostic.self) { try compile(open) }
  }

  @Test("A value that occurs only on inputs outside the domain is not a value of the circuit")
  func valuesAreThoseOfTheDomain() throws {
    let (compiled, _) = try compile(
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, -1);
      circuit step {
        vocab = range(6); max_len = 3; causal = true; inputs = where(tokens > before); output = tokens - before;
      }
      """)
    // 0 and what is negative would need a number that is not greater than the one before it.
    #expect(Self.values(of: compiled) == [1, 2, 3, 4, 5, 6])
    #expect(compiled.certificate?.isProved == true)
  }

  @Test("The condition of a causal circuit sees the whole input, although its positions do not")
  func causalCircuitsHaveADomainOfWholeInputs() throws {
    let (compiled, graph) = try compile(
      """
      last = aggregate(select(indices, length - 1, ==), tokens);
      circuit first_of_equal_ends {
        vocab = ["a", "b", "c"]; max_len = 4; causal = true;
        inputs = where(last == aggregate(select(indices, 0, ==), tokens));
        output = tokens;
      }
      """)
    let report = try Verifier.verify(compiled, graph: graph, mode: .exhaustive)
    #expect(report.inputs == 3 + 3 + 9 + 27)
  }

  @Test("Searched, drawn and listed inputs all belong to the circuit")
  func inputsBelong() throws {
    // Balanced brackets: no box of tokens says which inputs are.
    let (compiled, _) = try compile(
      """
      up = selector_width(select(indices, indices, <=) and select(tokens, "(", ==));
      down = selector_width(select(indices, indices, <=) and select(tokens, ")", ==));
      all_up = selector_width(select(tokens, "(", ==));
      all_down = selector_width(select(tokens, ")", ==));
      balanced = up >= down and all_up == all_down;
      circuit depth { vocab = ["(", ")"]; max_len = 10; inputs = where(balanced); output = up - down; }
      """)
    let inputs = compiled.inputs
    #expect(Self.values(of: compiled) == [0, 1, 2, 3, 4, 5])
    let telling = inputs.telling(400, seed: 1).inputs
    #expect(!telling.isEmpty)
    #expect(telling.allSatisfy(inputs.contains))
    let members = (1...10).map { inputs.members(length: $0, count: 100, seed: 1) }
    // The Catalan numbers.
    #expect(members.map(\.inputs.count) == [0, 1, 0, 2, 0, 5, 0, 14, 0, 42])
    #expect(members.allSatisfy { $0.isAll && $0.inputs.allSatisfy(inputs.contains) })
  }

  @Test("If there are too many inputs to list, distinct ones are drawn")
  func manyMembers() throws {
    let (compiled, _) = try compile(
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, -1);
      circuit ascending { vocab = range(30); min_len = 5; max_len = 5; inputs = where(tokens > before); output = before; }
      """)
    let members = compiled.inputs.members(length: 5, count: 500, seed: 3)
    #expect(!members.isAll && members.inputs.count == 500)
    #expect(Set(members.inputs).count == 500)
    #expect(members.inputs.allSatisfy { $0 == $0.sorted() && Set($0).count == 5 })
  }

  @Test("A condition that is true for no input is an error")
  func nothingBelongs() throws {
    let error = try #require(throws: Diagnostic.self) {
      try compile("circuit c { vocab = [1, 2]; max_len = 3; inputs = where(tokens > 2); output = tokens; }")
    }
    #expect(error.message.hasPrefix("no input belongs to the circuit"))
  }

  private static func values(of compiled: CompiledCircuit) -> [Int]? {
    compiled.facts.values(of: compiled.circuit.output)?.compactMap(\.integer).sorted()
  }

  private func compile(_ text: String) throws -> (CompiledCircuit, SOpGraph) {
    let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
    return (try Compiler.compile(program.circuits[0], in: program.graph), program.graph)
  }
}

extension String {
  fileprivate func replacing(_ part: String, with other: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
