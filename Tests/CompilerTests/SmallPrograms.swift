import Runtime
import Testing
@testable import Compiler

/// Small programs of every kind that the compiler knows, each proved.
struct SmallProgram: Sendable {
  let name: String
  let text: String

  func compiled() throws -> (compiled: CompiledCircuit, graph: SOpGraph) {
    let (circuit, graph) = try loaded(text)
    return (try Compiler.compile(circuit, in: graph), graph)
  }

  private init(_ name: String, _ text: String, _ circuit: String) {
    self.name = name
    self.text = text + "\ncircuit y { output = y; \(circuit) }\n"
  }

  static let letters = #"vocab = ["a", "b", "c"]; max_len = 4;"#
  static let numbers = "vocab = [0, 1, 2]; max_len = 4;"

  static let all: [SmallProgram] = [
    SmallProgram("reverse", "y = aggregate(select(indices, length - 1 - indices, ==), tokens);", letters),
    SmallProgram("histogram", "y = selector_width(select(tokens, tokens, ==));", letters),
    SmallProgram(
      "histogram so far", "y = selector_width(select(tokens, tokens, ==));", letters + " causal = true;"),
    SmallProgram(
      "share so far", #"y = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "b")));"#,
      letters),
    SmallProgram(
      "sort",
      """
      before = select(tokens, tokens, <) or (select(tokens, tokens, ==) and select(indices, indices, <));
      y = aggregate(select(selector_width(before), indices, ==), tokens);
      """, "vocab = [1, 2, 3]; max_len = 3;"),
    SmallProgram("token before", "y = aggregate(select(indices, indices - 1, ==), tokens, None);", letters),
    SmallProgram(
      "default",
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, None);
      y = default(before, 7);
      """, numbers),
    SmallProgram(
      "missing or zero",
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, None);
      y = before == 0;
      """, numbers),
    SmallProgram(
      "more than half",
      """
      share = numerical(aggregate(select(indices, indices, <=), numerical(indicator(tokens == "a"))));
      y = share > 0.5;
      """, letters),
    SmallProgram(
      "linear",
      """
      share = numerical(aggregate(select(indices, indices, <=), tokens));
      y = numerical(1 - 2 * share);
      """, numbers),
    SmallProgram(
      "gated",
      """
      share = numerical(aggregate(select(indices, indices, <=), tokens));
      y = numerical(share * indicator(tokens != 1));
      """, numbers),
    SmallProgram(
      "product of a number and a missing one",
      """
      share = numerical(aggregate(select(indices, indices, <=), tokens));
      odd = 3 if tokens == 1 else 0;
      y = numerical(share * odd);
      """, numbers),
    SmallProgram(
      "difference of shares",
      """
      a = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "a")));
      b = numerical(aggregate(select(indices, indices, >=), indicator(tokens == "b")));
      y = numerical(a - b);
      """, letters),
    SmallProgram("rounded mean", "y = round(aggregate(select(tokens, tokens, <=), tokens));", numbers),
    SmallProgram(
      "selectors combined",
      """
      s = (select(tokens, tokens, ==) and not select(indices, indices, ==)) or select(indices, 0, ==);
      y = selector_width(s);
      """, letters),
    SmallProgram("others", "y = selector_width(not select(tokens, tokens, ==));", letters),
    SmallProgram("length", "y = length;", letters),
    SmallProgram(
      "missing numbers",
      """
      odd = numerical(tokens if tokens % 2 == 1 else None);
      mean = numerical(aggregate(select(indices, indices, <=), odd, None));
      y = 1 if is_none(mean) else 0;
      """, "vocab = [1, 2, 3]; max_len = 3;"),
    SmallProgram(
      "mean of missing numbers",
      """
      odd = numerical(tokens if tokens % 2 == 1 else None);
      y = numerical(aggregate(select(indices, indices, <=), odd, None));
      """, "vocab = [1, 2, 3]; max_len = 3;"),
    SmallProgram(
      "pairs of tokens",
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, "-");
      y = before + tokens;
      """, letters),
    SmallProgram(
      "repeats",
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, "-");
      again = tokens == before;
      y = selector_width(select(again, True, ==));
      """, letters),
    SmallProgram(
      "parity", #"y = selector_width(select(tokens, "a", ==)) % 2 == 0;"#, letters + " causal = true;"),
    SmallProgram("numerical table", "y = numerical(tokens * tokens - 1);", numbers),
    SmallProgram(
      "balance",
      """
      opened = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "a")));
      closed = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "b")));
      y = opened == closed;
      """, letters),
    SmallProgram(
      "first occurrence",
      """
      earlier = select(tokens, tokens, ==) and select(indices, indices, <);
      first = selector_width(earlier) == 0;
      y = tokens if first else "-";
      """, letters),
    SmallProgram(
      "two hops",
      """
      same = select(indices, tokens, ==);
      first = aggregate(same, indices, None);
      y = aggregate(same, first, None);
      """, numbers),
    SmallProgram(
      "gated steps",
      """
      share = numerical(aggregate(select(indices, indices, <=), numerical(indicator(tokens == 1))));
      high = share > 0.4;
      low = share < 0.6;
      y = high if tokens == 0 else low;
      """, numbers),
    SmallProgram(
      "mean by token", "y = numerical(aggregate(select(tokens, tokens, ==), indices));",
      letters + " causal = true;"),
  ]
}

extension SmallProgram: CustomTestStringConvertible {
  var testDescription: String { name }
}
