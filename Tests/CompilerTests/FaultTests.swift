import Diagnostics
import Foundation
import Runtime
import Testing
import Transformer

@testable import Compiler

/// Small programs at what is easy to get wrong: missing values, means, roundings, names.
///
/// Each compiles to what it means, and is proved, or is refused with the reason.
struct FaultTests {
  struct Right: Sendable, CustomTestStringConvertible {
    let program: String
    let input: String
    let output: String
    var testDescription: String { program }

    init(_ program: String, _ input: String, _ output: String) {
      (self.program, self.input, self.output) = (program, input, output)
    }
  }

  static let right = [
    Right("mean_of_a_rare_token", "[777, 1, 777]", "[1.0, 1.0, 1.0]"),
    Right("mean_of_a_rare_token", "[500, 1, 500]", "[-1, -1, -1]"),
    Right(
      "mean_of_a_rare_trigram", #"["a", "b", "c", "a", "b", "c"]"#, "[3.5, 3.5, 3.5, 3.5, 3.5, 3.5]"),
    Right("mean_of_a_pair", #"["q", "z", "q", "z"]"#, "[2.0, 2.0, 2.0, 2.0]"),
    Right("none_in_a_sum", "[1, 3]", "[7.0, 3.0]"),
    Right("rare_none_in_a_sum", #"["a", "b", "c"]"#, "[5.0, 5.0, 5.0]"),
    Right("rare_none_in_a_sum", #"["x", "b", "x", "d"]"#, "[1.5, 1.5, 1.5, 1.5]"),
    Right("none_in_a_mean", "[1, 2]", "[0.5, 0.5]"),
    Right("none_in_a_comparison", "[3, 1, 3]", "[true, false, true]"),
    Right("mean_as_text", #"["a", "a"]"#, #"["n=2.0", "n=2.0"]"#),
    Right("mean_as_text", #"["a"]"#, #"["n=1"]"#),
    Right("number_as_text", "[2, 1]", #"["2", "2"]"#),
    Right("number_as_bool", "[1, 2]", "[true, true]"),
    Right("mean_of_equal_decimals", "[0.1, 0.1, 0.1]", "[true, true, true]"),
    Right("mean_is_a_decimal", "[0.1, 0.3]", "[true, true]"),
    Right("mean_is_a_decimal", "[0.1, 0.1, 0.3]", "[false, false, false]"),
    Right("equal_means", "[1, 2, 2]", "[true, true, true]"),
    Right("mean_of_a_mean", "[0, 1, 2]", "[false, false, false]"),
    Right("mean_of_a_mean", "[0, 1, 2, 0]", "[true, true, true, true]"),
    Right("mean_of_a_mean_as_text", "[0, 2, 1, 0]", #"["hi", "2", "hi", "hi"]"#),
    Right("count_by_mean", "[0, 1, 0, 0]", "[1, 1, 2, 3]"),
    Right("names", #"["a", "b", "c", "d"]"#, "[1, 2, 4, 0]"),
    Right("two_readers", #"["a", "b", "c"]"#, #"["A", "b", "c"]"#),
    Right("code_points", #"["a", "b"]"#, "[1, 2]"),
  ]

  private func program(_ name: String) throws -> (circuit: Circuit, graph: SOpGraph) {
    try loaded(try RareEventTests.fixture(name + ".rasp"))
  }

  @Test(arguments: right) func theProgramIsProvedAndGivesItsValues(right: Right) throws {
    let (circuit, graph) = try program(right.program)
    let input = try Value.array(json: right.input)
    let output = try Value.array(json: right.output)
    let values = try Interpreter(graph).evaluate(circuit.output, on: input, causal: circuit.causal)
    #expect(values.count == output.count)
    for (value, expected) in zip(values, output) { #expect(value.equals(expected), "\(values)") }
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
    if circuit.lengths.contains(input.count) {
      #expect(try compiled.wrongPositions(on: input, expected: values).isEmpty)
    }
  }

  // MARK: Refused

  @Test(
    arguments: [
      ("cancellation", "the numbers 0.0 and 0.1 are too close for a transformer to tell apart"),
      ("nothing", "the output has no value on any input: it is None everywhere"),
    ])
  func theReasonIsGiven(name: String, reason: String) throws {
    let (circuit, graph) = try program(name)
    var message = ""
    do { _ = try Compiler.compile(circuit, in: graph) } catch { message = error.message }
    #expect(message.contains(reason), "\(message)")
  }

  // MARK: Sizes, names, edges

  /// Values that never occur take no room.
  @Test(arguments: [("mean_of_a_mean", 5_000), ("mean_of_a_mean_as_text", 10_000), ("count_by_mean", 60_000)])
  func theTransformerIsSmall(name: String, most: Int) throws {
    let (circuit, graph) = try program(name)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.parameters.values.count < most)
  }

  @Test func everyVariableHasANameOfItsOwn() throws {
    let (circuit, graph) = try program("names")
    var options = CompilerOptions()
    for fuse in [true, false] {
      options.fuse = fuse
      let names = try Compiler.compile(circuit, in: graph, options: options).variables.map(\.name)
      #expect(Set(names).count == names.count, "\(names)")
    }
  }

  /// What a component reads is an edge of the flow of data, though not of the benchmark's circuit where it feeds
  /// another source, too.
  @Test func whatIsReadTwiceHasTwoEdges() throws {
    let (circuit, graph) = try program("two_readers")
    let compiled = try Compiler.compile(circuit, in: graph)
    let readers = compiled.dataflow.filter { $0.from == .embed }.map(\.to)
    #expect(readers.count == 2 && Set(readers) == [.mlpInput(layer: 0), .mlpInput(layer: 1)])
  }
}
