import Diagnostics
import Runtime
import Testing

@testable import Compiler

/// Programs as people write them: compiled right, or refused at the place and with the reason.
struct CompileProgramTests {
  /// Compiles a program's circuits and compares each with the interpreter on all inputs, or many.
  @discardableResult
  private func compile(_ text: String, fuse: Bool = true) throws -> [CompiledCircuit] {
    let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
    #expect(!program.circuits.isEmpty)
    var options = CompilerOptions()
    options.fuse = fuse
    options.verification = .samples(2_000)
    return try program.circuits.map { circuit in
      let compiled = try Compiler.compile(circuit, in: program.graph, options: options)
      let report = try #require(compiled.verification)
      #expect(report.mismatches == 0 && report.positions > 0 && report.greatestError < 1e-3)
      return compiled
    }
  }

  private func refusal(_ text: String) throws -> String {
    let program = try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
    do {
      _ = try Compiler.compile(program.circuits[0], in: program.graph)
    } catch {
      return error.description
    }
    Issue.record("not refused")
    return ""
  }

  // MARK: What Tracr compiles to something else

  /// A missing value is not zero.
  @Test func noneIsToldApartFromZero() throws {
    try compile(
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, None);
      missing = is_none(before);
      filled = default(before, 7);
      sum = before + tokens;
      is_zero = before == 0;
      circuit missing { vocab = [0, 1, 2]; max_len = 4; output = missing; }
      circuit filled { vocab = [0, 1, 2]; max_len = 4; output = filled; causal = true; }
      circuit sum { vocab = [0, 1, 2]; max_len = 4; output = sum; }
      circuit is_zero { vocab = [0, 1, 2]; max_len = 4; output = is_zero; }
      """)
  }

  @Test func missingNumbersStayMissing() throws {
    try compile(
      """
      odd = numerical(tokens if tokens % 2 == 1 else None);
      mean = numerical(aggregate(select(indices, indices, <=), odd, None));
      known = 1 if is_none(mean) else 0;
      half = mean / 2;
      large = mean > 1;
      before = numerical(aggregate(select(indices, indices - 1, ==), mean, None));
      circuit mean { vocab = [1, 2, 3]; max_len = 4; output = mean; }
      circuit known { vocab = [1, 2, 3]; max_len = 4; output = known; }
      circuit half { vocab = [1, 2, 3]; max_len = 4; output = half; causal = true; }
      circuit large { vocab = [1, 2, 3]; max_len = 4; output = large; }
      circuit before { vocab = [1, 2, 3]; max_len = 4; output = before; }
      """)
  }

  /// Two aggregates one after the other, the first of them empty at some positions.
  @Test func noneGoesThroughASecondAggregate() throws {
    try compile(
      """
      same = select(indices, tokens, ==);
      first = aggregate(same, indices, None);
      second = aggregate(same, first, None);
      filled = default(second, 9);
      circuit first { vocab = [1, 2, 3, 4]; max_len = 5; output = first; }
      circuit second { vocab = [1, 2, 3, 4]; max_len = 5; output = second; }
      circuit filled { vocab = [1, 2, 3, 4]; max_len = 5; output = filled; }
      """)
  }

  /// The longer the input, the smaller the share of attention that tells two widths apart.
  @Test func widthsOfLongSelectionsAreExact() throws {
    try compile(
      """
      same = select(tokens, tokens, ==);
      hist = selector_width(same);
      so_far = selector_width(same and select(indices, indices, <=));
      circuit hist { vocab = ["a", "b"]; max_len = 40; output = hist; }
      circuit so_far { vocab = ["a", "b"]; max_len = 40; causal = true; output = so_far; }
      """)
  }

  @Test func averagesOfNumbersAreNumerical() throws {
    let compiled = try compile(
      """
      smaller = aggregate(select(tokens, tokens, <=), tokens);
      rounded = round(smaller);
      circuit means { vocab = [0, 1, 2, 5]; max_len = 5; output = smaller; }
      circuit rounded { vocab = [0, 1, 2, 5]; max_len = 5; output = rounded; }
      """)
    #expect(compiled[0].causalModel.isNumerical)
  }

  @Test func averagesOfStringsAreRefused() throws {
    let message = try refusal(
      """
      any = select(tokens, tokens, !=);
      mixed = aggregate(any, tokens, "-");
      circuit mixed { vocab = ["a", "b", "c"]; max_len = 4; output = mixed; }
      """)
    #expect(message.contains("test.rasp:2:"))
    #expect(message.contains("on the input ['a', 'b', 'a'] the program has no value"))
    #expect(message.contains("no mean"))
  }

  @Test func widthsOfEmptyAndFullSelectionsAreExact() throws {
    try compile(
      """
      def always(key, query) { return True; }
      def never(key, query) { return False; }
      none = selector_width(select(tokens, tokens, never));
      all = selector_width(select(tokens, tokens, always));
      later = selector_width(select(indices, indices, >));
      first = selector_width(select(indices, 0, ==));
      others = selector_width(not select(tokens, tokens, ==));
      circuit none { vocab = [0, 1]; max_len = 6; output = none; }
      circuit all { vocab = [0, 1]; max_len = 6; output = all; }
      circuit all_so_far { vocab = [0, 1]; max_len = 6; output = all; causal = true; }
      circuit later { vocab = [0, 1]; max_len = 6; output = later; }
      circuit first { vocab = [0, 1]; max_len = 6; output = first; }
      circuit others { vocab = [0, 1]; max_len = 6; output = others; }
      circuit others_so_far { vocab = [0, 1]; max_len = 6; output = others; causal = true; }
      """)
  }

  @Test func longSequencesStayExact() throws {
    try compile(
      """
      same = selector_width(select(tokens, tokens, ==));
      share = numerical(aggregate(select(indices, indices, <=), numerical(indicator(tokens == "a"))));
      often = share > 0.5;
      mean_count = numerical(aggregate(select(same, same, <=), same));
      circuit same { vocab = ["a", "b"]; max_len = 60; output = same; }
      circuit share { vocab = ["a", "b"]; max_len = 60; output = share; causal = true; }
      circuit often { vocab = ["a", "b"]; max_len = 60; output = often; }
      circuit mean_count { vocab = ["a", "b"]; max_len = 60; output = mean_count; }
      """)
  }

  // MARK: Selectors

  @Test func composedSelectors() throws {
    let compiled = try compile(
      """
      same = select(tokens, tokens, ==);
      earlier = select(indices, indices, <);
      both = selector_width(same and earlier);
      either = selector_width(same or earlier);
      neither = selector_width(not (same or earlier));
      apart = selector_width((same and not earlier) or (earlier and not same));
      vowel = tokens == "a";
      marked = selector_width(select(vowel, True, ==) or select(tokens, "b", ==));
      circuit both { vocab = ["a", "b", "c"]; max_len = 5; output = both; }
      circuit either { vocab = ["a", "b", "c"]; max_len = 5; output = either; }
      circuit neither { vocab = ["a", "b", "c"]; max_len = 4; output = neither; }
      circuit apart { vocab = ["a", "b", "c"]; max_len = 4; output = apart; causal = true; }
      circuit marked { vocab = ["a", "b", "c"]; max_len = 5; output = marked; }
      """)
    // A conjunction needs no variable for the combined values.
    #expect(compiled[0].parameters.config.layers == 1)
    #expect(compiled[1].parameters.config.layers == 2)
  }

  // MARK: The paper's examples, in our words

  @Test func mostFrequentFirst() throws {
    try compile(
      """
      hist = selector_width(select(tokens, tokens, ==));
      seen = has_focus(select(tokens, tokens, ==) and select(indices, indices, <));
      rank = -hist if not seen else 1;
      by_count = sort(tokens, rank);
      circuit most_frequent { vocab = ["a", "b", "c"]; max_len = 6; output = by_count; }
      """)
  }

  @Test func dyck1() throws {
    let text = """
      so_far = select(indices, indices, <=);
      opens = aggregate(so_far, indicator(tokens == "("));
      closes = aggregate(so_far, indicator(tokens == ")"));
      balance = opens - closes;
      failed = aggregate(so_far, indicator(balance < 0)) > 0;
      verdict = "F" if failed else ("T" if balance == 0 else "P");
      circuit dyck1 { vocab = ["(", ")", "x"]; max_len = 7; output = verdict; causal = true; }
      """
    let fused = try compile(text)
    let unfused = try compile(text, fuse: false)
    #expect(unfused[0].variables.count > fused[0].variables.count)
  }

  @Test func dyckK() throws {
    try compile(
      """
      pairs = ["()", "[]"];
      so_far = select(indices, indices, <=);
      opens = indicator(tokens in [p[0] for p in pairs]);
      closes = indicator(tokens in [p[1] for p in pairs]);
      depth = round((indices + 1) * aggregate(so_far, opens)) - round((indices + 1) * aggregate(so_far, closes));
      level = depth + closes;
      place = selector_width(select(level, level, ==) and so_far);
      partner = aggregate(
          select(opens, True, ==) and select(level, level, ==) and select(place, place - 1, ==), tokens, "-");
      wrong = closes and not (partner + tokens in pairs);
      failed = aggregate(so_far, indicator(wrong or (depth < 0))) > 0;
      verdict = "F" if failed else ("T" if depth == 0 else "P");
      circuit dyck2 { vocab = ["(", ")", "[", "]"]; max_len = 6; output = verdict; }
      """)
  }

  // MARK: Refusals

  @Test func lengthInACausalCircuit() throws {
    var b = GraphBuilder()
    let last = b.map("last", [b.length()]) { .int($0[0].integer! - 1) }
    let circuit = Circuit(
      name: "last", vocabulary: [.int(0)], lengths: 1...4, causal: true, output: last)
    #expect {
      try Compiler.compile(circuit, in: b.graph)
    } throws: { error in
      (error as? Diagnostic)?.message.contains("causal transformer") == true
    }
  }

  @Test func tooManyCombinationsSayWhose() throws {
    let message = try refusal(
      """
      before = aggregate(select(indices, indices - 1, ==), tokens);
      last = aggregate(select(indices, length - 1, ==), tokens);
      code = tokens * 100 + before * 10 + last;
      circuit code { vocab = range(0, 60); max_len = 5; output = code; }
      """)
    #expect(message.contains("test.rasp:4:1"))
    #expect(message.contains("394644096 parameters") && message.contains("d_mlp 13099"))
    let joined = try refusal(
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, "-");
      last = aggregate(select(indices, length - 1, ==), tokens);
      code = tokens + before + last + str(indices);
      circuit code { vocab = [str(i) for i in range(10, 90)]; max_len = 5; output = code; }
      """)
    #expect(joined.contains("test.rasp:3:"))
    #expect(joined.contains("combinations of values") || joined.contains("hidden units"))
    #expect(joined.contains("`last` has 81 values"))
  }

  @Test func aProgramThatFailsOnAnInput() throws {
    let message = try refusal(
      """
      inverse = 1 / tokens;
      circuit inverse { vocab = [0, 1, 2]; max_len = 3; output = inverse; }
      """)
    #expect(message.contains("test.rasp:1:") && message.contains("division by zero"))
  }

  @Test func numbersTooCloseToTellApart() throws {
    let message = try refusal(
      """
      close = numerical(1.0 if tokens == "a" else 1.000001);
      same = numerical(aggregate(select(indices, indices, ==), close));
      which = same == 1;
      circuit which { vocab = ["a", "b"]; max_len = 3; output = which; }
      """)
    #expect(message.contains("too close") && message.contains("test.rasp:3:"))
  }

  /// To the interpreter 1/3 is less than 1 - 2/3, by an error in the last place; no other sum comes as near to
  /// zero, so that this is what the transformer learns, too.
  @Test func resultsOfRoundingThatAreUnambiguousAreKept() throws {
    try compile(
      """
      share = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "a")));
      less = share < 1 - 2 * share;
      rest = numerical(1 - 2 * share);
      less_named = share < rest;
      circuit less { vocab = ["a", "b"]; max_len = 3; output = less; }
      circuit less_named { vocab = ["a", "b"]; max_len = 3; output = less_named; }
      """)
  }

  /// Three thirds are 1 and 1 - 1/3 - 2/3 is not 0.
  @Test func resultsThatRoundingDecides() throws {
    let message = try refusal(
      """
      a = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "a")));
      b = numerical(aggregate(select(indices, indices, <=), indicator(tokens == "b")));
      none = 1 - a - b == 0;
      circuit none { vocab = ["a", "b"]; max_len = 3; output = none; }
      """)
    #expect(message.contains("test.rasp:3:8: error: this depends on rounding: where"))
    let mean = try refusal(
      """
      y = aggregate(full_s, tokens) == 0.15;
      circuit y { vocab = [0.1, 0.2, 0.3]; max_len = 4; output = y; }
      """)
    #expect(mean.contains("test.rasp:1:5: error: this depends on rounding: where"))
    #expect(mean.contains("0.15000000000000002"))
  }

  /// 0.0 and -0.0 are equal, and print differently.
  @Test func theSignOfZeroIsKeptOrRefused() throws {
    try compile(
      """
      turned = (tokens - 1.5) * indices;
      text = str(turned);
      circuit text { vocab = [1, 2]; max_len = 2; output = text; }
      """)
    // Here one direction stands for both zeros.
    let message = try refusal(
      """
      here = select(tokens == "g", True, ==);
      off = (selector_width(here) - aggregate(here, indices, 0.5)) * indices;
      text = str(off);
      circuit text { vocab = ["f", "g"]; max_len = 4; output = text; }
      """)
    #expect(message.contains("-0.0 gives '-0.0'"), "\(message)")
  }

  /// Float32 has nothing between 2^40 and 2^40 + 2^16: that is no defect of the compiler, and not called one.
  @Test func numbersTooFarApartAreTooFine() throws {
    let message = try refusal(
      """
      rest = aggregate(full_s, tokens, 2) - (tokens - 0.1);
      circuit rest { vocab = [0, 10, 20, 1099511627776]; max_len = 2; output = rest; }
      """)
    #expect(message.contains("this is too fine for the transformer's float32 arithmetic"), "\(message)")
  }

  @Test func sizesAreCheckedBeforeAllocating() throws {
    let program = try ProgramLoader.load(
      SourceFile(
        name: "test.rasp",
        text: """
          def join_up(a, b) { return str(a) + "," + str(b); }
          pair = map(join_up, tokens, indices);
          circuit pair { vocab = range(0, 40); max_len = 50; output = pair; }
          """))
    var options = CompilerOptions()
    func refusal() -> String {
      do {
        _ = try Compiler.compile(program.circuits[0], in: program.graph, options: options)
        return ""
      } catch {
        return error.message
      }
    }
    options.limits.dModel = 1_000
    #expect(refusal().contains("2091 directions, 2000 of them for the values of `pair`"))
    options.limits = CompilerLimits()
    options.limits.parameters = 1_000_000
    #expect(refusal().contains("parameters") && refusal().contains("d_mlp 2000"))
    options.limits = CompilerLimits()
    options.limits.values = 1_999
    #expect(refusal().contains("`pair` can have 2000 values"))
  }
}
