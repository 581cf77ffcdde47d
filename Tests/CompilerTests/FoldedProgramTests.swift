import Diagnostics
import Runtime
import Testing

@testable import Compiler

/// What is no computation has no component.
struct FoldedProgramTests {
  private func compiled(_ text: String, _ circuit: String) throws -> CompiledCircuit {
    let (circuit, graph) = try loaded(text + "\ncircuit y { output = y; \(circuit) }\n")
    return try Compiler.compile(circuit, in: graph)
  }

  /// A constant that keeps units of an MLP, or a head, shows here; so does one whose value is lost on the way.
  @Test(arguments: [
    ("zero = 0 * indices; y = tokens + zero;", "zero", "0"),
    ("two = 2.0 if tokens >= 0 else 1; y = tokens * two;", "two", "2.0"),
    ("all = float(aggregate(full_s, indicator(tokens >= 0))); y = tokens if all == 1 else 7;", "all", "1.0"),
    (
      "no = selector_width(select(tokens, 9, ==)); y = aggregate(select(indices, no, ==), tokens);", "no", "0"
    ),
    ("n = numerical(3 * indicator(tokens < 5)); y = numerical(n * tokens);", "n", "3"),
    ("never = None if tokens < 5 else 1; y = default(never, tokens);", "never", "None"),
    ("one = (tokens + 1) / (tokens + 1); y = selector_width(select(one, 1, ==)) + tokens;", "one", "1.0"),
  ])
  func aConstantHasNoComponent(text: String, name: String, value: String) throws {
    let compiled = try compiled(text, "vocab = [0, 1, 2]; max_len = 3;")
    #expect(compiled.certificate?.isProved == true)
    let constant = try #require(compiled.constants.first { $0.name == name })
    #expect(constant.value.text == value || constant.value.number == Double(value))
    #expect(!compiled.variables.contains { $0.name == name })
    #expect(Inspection(compiled).text.contains("\(name)  \(constant.value.quoted)"))
  }

  @Test(arguments: ["y = 0 * tokens;", "a = tokens - tokens; b = a + 1; y = b > a;"])
  func aConstantOutputCompiles(text: String) throws {
    let compiled = try compiled(text, "vocab = [0, 1, 2]; max_len = 3;")
    #expect(compiled.certificate?.isProved == true)
    #expect(compiled.outputs.values?.count == 1)
    #expect(compiled.alignment.map(\.variable) == ["y"])
  }

  /// A length that all inputs have needs no head.
  @Test func theOnlyLengthIsAConstant() throws {
    let text = "y = aggregate(select(indices, length - 1 - indices, ==), tokens);"
    let fixed = try compiled(text, #"vocab = ["a", "b"]; min_len = 3; max_len = 3;"#)
    let free = try compiled(text, #"vocab = ["a", "b"]; max_len = 3;"#)
    #expect(fixed.parameters.config.layers < free.parameters.config.layers)
    #expect(fixed.alignment.count < free.alignment.count)
  }

  /// What the mask does alone needs no score; a head that reads positions for it has edges that nothing depends on.
  @Test(arguments: ["indices, indices, <=", "0 * indices, 0, =="])
  func whatTheMaskSelectsIsNotCompared(selector: String) throws {
    let text =
      "share = numerical(aggregate(select(\(selector)), numerical(indicator(tokens == 1)))); y = share;"
    let compiled = try compiled(text, "vocab = [0, 1, 2]; max_len = 4; causal = true;")
    #expect(compiled.certificate?.isProved == true)
    #expect(compiled.dataflow.allSatisfy { $0.from != .positionEmbed })
  }

  /// A selector that says less than the mask on some pair must keep its scores.
  @Test(arguments: ["indices, indices, <", "indices, indices - 1, ==", "indices, indices, >="])
  func whatTheMaskLeavesOpenIsCompared(selector: String) throws {
    let text = "y = aggregate(select(\(selector)), tokens, None) if indices >= 0 else 0;"
    let compiled = try compiled(text, "vocab = [0, 1, 2]; max_len = 4; causal = true;")
    #expect(compiled.certificate?.isProved == true)
  }

  /// What is constant only on the circuit's own inputs must not be so in the condition that says which they are.
  @Test func theConditionOnInputsStaysAsItIs() throws {
    let compiled = try compiled(
      "good = tokens != 1; y = tokens if good else 5;",
      "vocab = [0, 1, 2]; max_len = 3; inputs = where(good);")
    #expect(compiled.constants.map(\.name) == ["good"])
    #expect(!compiled.inputs.contains([1, 0]) && compiled.inputs.contains([2, 0]))
    #expect(compiled.certificate?.isProved == true)
  }

  /// No component holds what every input shows to be one value, whether or not an analysis can see it.
  @Test(arguments: 0..<300 as Range<UInt64>)
  func noComponentHoldsAConstant(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    let (circuit, graph) = (program.circuit, program.builder.graph)
    guard let compiled = try? Compiler.compile(circuit, in: graph) else { return }
    guard circuit.everyInput.count <= 1_000 else { return }
    let interpreter = Interpreter(compiled.program.graph)
    for (index, variable) in compiled.causalModel.variables.enumerated()
    where index != compiled.causalModel.output {
      guard let sop = variable.sop, !compiled.variables[index].components.isEmpty else { continue }
      var values: Set<Value> = []
      for input in circuit.everyInput {
        values.formUnion(try interpreter.evaluate(sop, on: input, causal: circuit.causal))
      }
      #expect(values.count > 1, "\(variable.name)")
    }
  }

  /// None at one position of one input is enough for a variable to stay.
  @Test func whatIsNoneSomewhereIsNoConstant() throws {
    let compiled = try compiled(
      "x = aggregate(select(indices, indices - 1, ==), 1, None); y = default(x, 2);",
      "vocab = [0, 1]; max_len = 3;")
    #expect(compiled.constants.isEmpty && compiled.variables.contains { $0.name == "x" })
  }
}

extension OutputSpace {
  fileprivate var values: [Value]? {
    if case .categorical(let values) = self { values } else { nil }
  }
}
