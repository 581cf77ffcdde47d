import Diagnostics
import Foundation
import Runtime
import Testing
import Transformer

@testable import Compiler

/// RASP programs that are public in other languages, written anew from what they mean. The outputs expected
/// of them come from their meaning, not from the interpreter.
struct PublicProgramTests {
  @Test(arguments: ["public", "tracrbench"])
  func programsGiveTheOutputsOfTheirMeaning(folder: String) throws {
    let programs = try Self.programs(in: folder)
    #expect(programs.count == (folder == "public" ? 74 : 121))
    for (name, program, examples) in programs {
      let circuit = try #require(program.circuits.first)
      #expect(program.circuits.count == 1 && circuit.name == name && examples.count >= 5, "\(name)")
      let interpreter = Interpreter(program.graph)
      for example in examples {
        let output = try interpreter.evaluate(circuit.output, on: example.input, causal: circuit.causal)
        let isRight = output.count == example.output.count && zip(output, example.output).allSatisfy(isSame)
        #expect(isRight, "\(name) on \(Value.json(example.input)): \(Value.json(output))")
      }
      let compiled = try Compiler.compile(circuit, in: program.graph)
      let certificate = try #require(compiled.certificate)
      #expect(certificate.isProved, "\(name): \(certificate.reason ?? "")")
      #expect(certificate.open.isEmpty, "\(name): \(certificate.open)")
      for example in examples { try expectOutput(of: compiled, on: example) }
    }
  }

  /// Compares what the transformer gives wherever there is a value.
  private func expectOutput(of compiled: CompiledCircuit, on example: Example) throws {
    let trace = ReferenceTransformer(compiled.parameters).run(try compiled.tokenizer.encode(example.input))
    for (position, value) in example.output.enumerated() where !value.isNone {
      let logits = trace.logits[position + 1].map { Float($0) }
      let wrong = compiled.output(logits, at: 0, against: value).wrong
      let place = "\(compiled.circuit.name) on \(Value.json(example.input)) at \(position)"
      #expect(wrong == nil, "\(place): \(wrong?.quoted ?? "")")
    }
  }

  private func isSame(_ actual: Value, _ expected: Value) -> Bool {
    guard let a = actual.number, let b = expected.number else { return actual.equals(expected) }
    return abs(a - b) <= 1e-9 * max(1, abs(b))
  }

  // MARK: The programs

  private struct Example: Decodable {
    let input: [Value]
    let output: [Value]

    private enum Key: CodingKey { case input, output }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      func values(_ key: Key) throws -> [Value] {
        var list = try container.nestedUnkeyedContainer(forKey: key)
        var values: [Value] = []
        while !list.isAtEnd { values.append(try Self.next(&list)) }
        return values
      }
      input = try values(.input)
      output = try values(.output)
    }

    private static func next(_ list: inout any UnkeyedDecodingContainer) throws -> Value {
      if try list.decodeNil() { return .none }
      if let truth = try? list.decode(Bool.self) { return .bool(truth) }
      if let integer = try? list.decode(Int.self) { return .int(integer) }
      if let number = try? list.decode(Double.self) { return .float(number) }
      return .string(try list.decode(String.self))
    }
  }

  private static func programs(
    in folder: String
  ) throws -> [(name: String, program: Program, examples: [Example])] {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures/\(folder)", withExtension: nil))
    let file = folder.appendingPathComponent("examples.json")
    let examples = try JSONDecoder().decode([String: [Example]].self, from: Data(contentsOf: file))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".rasp") }.map { String($0.dropLast(5)) }.sorted()
    #expect(names == examples.keys.sorted())
    return try names.map { name in
      let path = folder.appendingPathComponent("\(name).rasp").path
      return (name, try ProgramLoader.load(path: path), examples[name] ?? [])
    }
  }
}
