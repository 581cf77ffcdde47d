import Diagnostics
import Foundation
import Runtime
import Testing
import Transformer

@testable import Compiler

/// Programs that do something else on very few inputs: a motif that occurs twice, a combination of tokens.
///
/// Where several different values can be selected, or None among them, an aggregate is a mean and no move, however
/// seldom it shows.
struct RareEventTests {
  struct Event: Sendable, CustomTestStringConvertible {
    let program: String
    let input: [Value]
    let output: [Value]
    var testDescription: String { program }

    init(line: Substring) throws {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      program = try #require(object["program"] as? String)
      // JSON's own numbers do not tell 1 from 1.0.
      func values(_ name: String) throws -> [Value] {
        let rest = try #require(line.range(of: "\"\(name)\": ")).upperBound
        let end = try #require(line[rest...].firstIndex(of: "]"))
        return try Value.array(json: String(line[rest...end]))
      }
      input = try values("input")
      output = try values("output")
    }
  }

  static func fixture(_ name: String) throws -> String {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/faults/" + name, withExtension: nil))
    return try String(contentsOf: url, encoding: .utf8)
  }

  static func events() throws -> [Event] {
    try fixture("rare_events.jsonl").split(separator: "\n").map { try Event(line: $0) }
  }

  @Test(arguments: try! events()) func theTransformerKnowsTheRareEvent(event: Event) throws {
    let (circuit, graph) = try loaded(try Self.fixture(event.program + ".rasp"))
    let values = try Interpreter(graph).evaluate(circuit.output, on: event.input, causal: circuit.causal)
    #expect(values == event.output)
    let compiled = try Compiler.compile(circuit, in: graph)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
    #expect(compiled.certificate?.open == [])
    #expect(try compiled.wrongPositions(on: event.input, expected: event.output).isEmpty)
  }
}

extension CompiledCircuit {
  /// The positions at which the transformer gives another value than is expected.
  func wrongPositions(on input: [Value], expected: [Value]) throws -> [Int] {
    let ids = try tokenizer.encode(input)
    let logits = Inference(parameters).logits([ids])[0]
    return expected.indices.filter { position in
      let value = expected[position]
      if !value.isNone { return output(logits, at: position + 1, against: value).wrong != nil }
      // No output stands out where there is no value; a number shows none.
      guard case .categorical(let values) = outputs else { return false }
      return (0..<values.count).contains { logits[(position + 1) * values.count + $0] > 0.5 }
    }
  }
}
