import Runtime
import Testing

@testable import Compiler

/// Where facts are expected to be exact: nothing is said to be possible that is not.
struct CircuitFactsTightnessTests {
  private func facts(_ text: String) throws -> (facts: CircuitFacts, output: SOpID) {
    let (circuit, graph) = try loaded(text)
    return (try CircuitFacts(circuit, in: graph), circuit.output)
  }

  private func numbers(_ facts: CircuitFacts, _ sop: SOpID) -> [Double]? {
    facts.values(of: sop)?.map(\.double).sorted()
  }

  @Test func aValueLessItselfIsZero() throws {
    let (facts, y) = try facts(
      """
      n = selector_width(select(tokens, tokens, ==));
      y = n - n;
      circuit y { vocab = ["a", "b", "c"]; max_len = 6; output = y; }
      """)
    #expect(facts.values(of: y) == [.int(0)])
    #expect(!facts.mayBeNone(y))
  }

  /// A position selects itself, so that no count is 0.
  @Test func countsOfATokenAreOneAndMore() throws {
    let (facts, y) = try facts(
      """
      y = selector_width(select(tokens, tokens, ==));
      circuit y { vocab = ["a", "b", "c"]; max_len = 5; output = y; }
      """)
    #expect(numbers(facts, y) == [1, 2, 3, 4, 5])
  }

  @Test func theTokenBeforeIsOneOrNone() throws {
    let (facts, y) = try facts(
      """
      y = aggregate(select(indices, indices - 1, ==), tokens, None);
      circuit y { vocab = ["a", "b"]; max_len = 4; output = y; }
      """)
    #expect(Set(try #require(facts.values(of: y))) == [.string("a"), .string("b")])
    #expect(facts.mayBeNone(y))
    let selection = facts.selection(of: y)
    #expect(selection.mayBeEmpty && !selection.maySelectSeveral && !selection.mayMix)
  }

  /// Ranks are all different, so that each place is asked for by one position and filled.
  @Test func sortingSelectsOnePositionAlways() throws {
    let (facts, y) = try facts(
      """
      smaller = select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, indices, <));
      y = aggregate(select(selector_width(smaller), indices, ==), tokens);
      circuit y { vocab = [1, 2, 3]; max_len = 4; output = y; }
      """)
    #expect(numbers(facts, y) == [1, 2, 3])
    let selection = facts.selection(of: y)
    #expect(!selection.mayBeEmpty && !selection.maySelectSeveral && !selection.mayMix)
  }

  @Test func sharesAreFractionsOfTheirLengths() throws {
    let (facts, y) = try facts(
      """
      y = aggregate(select(indices, indices, <=), indicator(tokens == "x"));
      circuit y { vocab = ["x", "y"]; max_len = 3; causal = true; output = y; }
      """)
    #expect(numbers(facts, y).map(Set.init) == [0, 1.0 / 3, 0.5, 2.0 / 3, 1])
  }

  /// Looking at inputs box by box excludes what all of them at once do not.
  @Test func theFirstOfATokenIsOnePosition() throws {
    let (facts, y) = try facts(
      """
      before = selector_width(select(tokens, tokens, ==) and select(indices, indices, <));
      first = tokens == "a" and before == 0;
      y = aggregate(select(first, True, ==), indices, -1);
      circuit y { vocab = ["a", "b"]; max_len = 4; output = y; }
      """)
    #expect(!facts.selection(of: y).mayMix)
    #expect(facts.mixingInput(of: y) == nil)
    #expect(numbers(facts, y) == [-1, 0, 1, 2, 3])
  }

  /// Values that are each possible, but never together.
  @Test func opposedConditionsDoNotOccurTogether() throws {
    let (circuit, graph) = try loaded(
      """
      p = tokens == "a";
      q = tokens != "a";
      y = p and q;
      circuit y { vocab = ["a", "b", "c"]; max_len = 2; output = y; }
      """)
    var facts = try CircuitFacts(circuit, in: graph)
    #expect(facts.values(of: circuit.output) == [.bool(false)])
    let named = ["p", "q"].map { name in SOpID(graph.sops.firstIndex { $0.name == name }!) }
    let (yes, no) = (Value.bool(true), Value.bool(false))
    let rows = facts.combinations(of: named)
    #expect(rows.map(Set.init) == [[yes, no], [no, yes]])
    let both = facts.mayOccur([yes, yes], of: named)
    #expect(!both)
  }
}
