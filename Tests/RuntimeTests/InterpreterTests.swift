import Diagnostics
import Runtime
import Testing

/// Whole programs, evaluated on inputs.
@Suite struct InterpreterTests {
  static func program(_ text: String) throws(Diagnostics) -> Program {
    try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
  }

  private func outputs(
    _ text: String, _ name: String, on tokens: [Value], causal: Bool = false
  ) throws -> String {
    let program = try Self.program(text)
    let sop = try #require(program.sops[name])
    return Value.json(try Interpreter(program.graph).evaluate(sop, on: tokens, causal: causal))
  }

  private func letters(_ text: String) -> [Value] { text.map { .string(String($0)) } }

  @Test func histogram() throws {
    #expect(
      try outputs("hist = selector_width(select(tokens, tokens, ==));", "hist", on: letters("hello"))
        == "[1, 1, 2, 2, 1]")
  }

  @Test func sortsStably() throws {
    #expect(
      try outputs("s = sort(tokens, tokens);", "s", on: letters("hello")) == #"["e", "h", "l", "l", "o"]"#)
  }

  @Test func causalCircuitSeesOnlyTheTokensSoFar() throws {
    let text = """
      frac = aggregate(full_s, indicator(tokens == "x"));
      circuit f { vocab = ["a", "x"]; max_len = 4; causal = true; output = frac; }
      """
    #expect(
      try outputs(text, "frac", on: letters("axxa"), causal: true) == "[0, 0.5, 0.6666666666666666, 0.5]")
    #expect(try outputs(text, "frac", on: letters("axxa")) == "[0.5, 0.5, 0.5, 0.5]")
  }

  @Test func lengthInACausalCircuitIsRefused() {
    let text = """
      n = length + 1;
      circuit f { vocab = ["a", "x"]; max_len = 4; causal = true; output = n; }
      """
    let error = #expect(throws: Diagnostics.self) { try Self.program(text) }
    #expect(error?.list.count == 1)
    #expect(error?.description.contains("test.rasp:1:5: error:") == true)
  }

  @Test func factorialIsAppliedToEachToken() throws {
    let text = """
      def factorial(n) { return 1 if n < 2 else n * factorial(n - 1); }
      f = map(factorial, tokens);
      circuit c { vocab = range(10); max_len = 4; output = f; }
      """
    #expect(try outputs(text, "f", on: [.int(0), .int(3), .int(5)]) == "[1, 6, 120]")
  }

  @Test func whatHasNoValueIsRefusedAtItsPlace() throws {
    let program = try Self.program(
      """
      y = 1 + tokens * inf;
      m = aggregate(full_s, y);
      circuit c { vocab = [-1, 0, 1]; max_len = 2; output = m; }
      """)
    let interpreter = Interpreter(program.graph)
    let output = program.circuits[0].output
    #expect(
      try interpreter.evaluate(output, on: [.int(1), .int(1)]) == [.float(.infinity), .float(.infinity)])
    let product = #expect(throws: Diagnostic.self) { try interpreter.evaluate(output, on: [.int(0)]) }
    #expect(product?.description.hasPrefix("test.rasp:1:9: error: 0 * inf has no value\n") == true)
    let mean = #expect(throws: Diagnostic.self) { try interpreter.evaluate(output, on: [.int(-1), .int(1)]) }
    #expect(
      mean?.description.hasPrefix("test.rasp:2:5: error: a mean of inf and -inf has no value\n") == true)
  }

  @Test func oneIsTheSelectorWhereItsPromiseIsKept() throws {
    let text = """
      before = one(select(indices, indices - 1, ==));
      p = aggregate(before, tokens, "-");
      n = selector_width(not before);
      """
    #expect(try outputs(text, "p", on: letters("abc")) == #"["-", "a", "b"]"#)
    #expect(try outputs(text, "n", on: letters("abc")) == "[3, 2, 2]")
  }

  @Test func aBrokenPromiseIsRefusedWhereItWasMade() throws {
    let program = try Self.program("y =\n  aggregate(one(select(tokens, tokens, ==)), indices);")
    let interpreter = Interpreter(program.graph)
    let y = try #require(program.sops["y"])
    #expect(try interpreter.evaluate(y, on: letters("abcd")) == [.int(0), .int(1), .int(2), .int(3)])
    let error = #expect(throws: Diagnostic.self) { try interpreter.evaluate(y, on: letters("abcbb")) }
    #expect(
      error?.description == """
        test.rasp:2:13: error: one(...) promises one position, but several are selected at position 1
          aggregate(one(select(tokens, tokens, ==)), indices);
                    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        hint: it selects positions 1, 3 and 4
        """)
    let many = #expect(throws: Diagnostic.self) { try interpreter.evaluate(y, on: letters("aaaaaaaa")) }
    #expect(many?.hint == "it selects positions 0, 1, 2, 3, 4 and 3 others")
  }

  @Test func aPromiseIsAboutWhatACausalCircuitSees() throws {
    let text = "y = aggregate(one(select(tokens, \"x\", ==)), indices, None);"
    #expect(try outputs(text, "y", on: letters("axa"), causal: true) == "[null, 1, 1]")
    let later = "y = aggregate(one(select(indices, indices, >=)), indices);"
    #expect(try outputs(later, "y", on: letters("abc"), causal: true) == "[0, 1, 2]")
    #expect(throws: Diagnostic.self) { try outputs(later, "y", on: letters("abc")) }
  }

  @Test func aDomainSeesTheWholeInput() throws {
    let program = try Self.program(
      """
      def where(x) { return not x; }
      circuit c { vocab = ["a", "x"]; max_len = 3; causal = true; inputs = where(first == last); output = y; }
      first = tokens[0];
      last = tokens[-1];
      y = where(indices);
      """)
    let domain = try #require(InputDomain(of: program.circuits[0], in: program.graph))
    #expect(domain.condition == "first == last")
    #expect(try domain.contains(letters("axa")))
    #expect(try !domain.contains(letters("ax")))
    #expect(try domain.firstOutside(letters("ax")) == 0)
  }

  @Test func circuitSettingsAreRead() throws {
    let program = try Self.program(
      """
      circuit c {
        about = "what it does"; vocab = [1, 2]; min_len = 2; max_len = 3; causal = false;
        inputs = where(tokens < length); output = y; balance = y; model = { layers = 3, d_model: 16 }; siit = { epochs = 5; lr = 0.5 };
      }
      y = tokens + 1;
      """)
    let circuit = try #require(program.circuits.first)
    #expect(circuit.name == "c")
    #expect(circuit.about == "what it does")
    #expect(circuit.vocabulary == [.int(1), .int(2)])
    #expect(circuit.lengths == 2...3)
    #expect(circuit.output == program.sops["y"])
    #expect(circuit.balance == program.sops["y"])
    #expect(try program.graph[#require(circuit.domain)].label == "tokens < length")
    #expect(circuit.model == Circuit.ModelOverrides(layers: 3, dModel: 16))
    #expect(circuit.training == ["epochs": .int(5), "lr": .float(0.5)])
  }
}
