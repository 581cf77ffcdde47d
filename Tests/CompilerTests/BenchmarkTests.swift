import Diagnostics
import Foundation
import Runtime
import Testing
import Transformer

@testable import Compiler

/// The benchmark's programs against what its published models are: outputs, sizes and circuits.
struct BenchmarkTests {
  /// What is known of one case.
  struct Case: Sendable {
    let number: Int
    let layers: Int
    let heads: Int
    let edges: Set<[String]>
    let examples: [(input: [Value], output: [Value])]

    init(line: Substring) throws {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      func values(_ array: Any) throws -> [Value] {
        let text = String(decoding: try JSONSerialization.data(withJSONObject: array), as: UTF8.self)
        return try Value.array(json: text)
      }
      number = try #require(object["case"] as? Int)
      layers = try #require(object["layers"] as? Int)
      heads = try #require(object["heads"] as? Int)
      edges = Set(try #require(object["edges"] as? [[String]]))
      examples = try #require(object["io"] as? [[Any]]).map { (try values($0[0]), try values($0[1])) }
    }
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func cases() throws -> [Case] {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/benchmark", withExtension: "jsonl"))
    return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map { try Case(line: $0) }
  }

  static func programs() throws -> [Int: (name: String, program: Program)] {
    let folder = root.appendingPathComponent("programs/interpbench")
    var result: [Int: (String, Program)] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".rasp")
    {
      let program = try ProgramLoader.load(path: folder.appendingPathComponent(file).path)
      result[try #require(Int(file.prefix(3)))] = (file, program)
    }
    return result
  }

  @Test func everyCaseHasAProgramThatGivesItsOutputs() throws {
    let programs = try Self.programs()
    let cases = try Self.cases()
    #expect(cases.count == 129)
    for benchmark in cases {
      let (name, program) = try #require(programs[benchmark.number], "case \(benchmark.number)")
      let circuit = try #require(program.circuits.first)
      #expect(
        program.circuits.count == 1
          && name == String(format: "%03d_", benchmark.number) + "\(circuit.name).rasp")
      let interpreter = Interpreter(program.graph)
      for (input, expected) in benchmark.examples {
        let output = try interpreter.evaluate(circuit.output, on: input, causal: circuit.causal)
        let agrees = zip(output, expected).allSatisfy { a, b in
          if let x = a.number, let y = b.number { return abs(x - y) <= 1e-9 * max(1, abs(y)) }
          return a.equals(b)
        }
        #expect(
          agrees && output.count == expected.count,
          "\(name) on \(Value.json(input)): \(Value.json(output)), not \(Value.json(expected))")
      }
    }
  }

  /// Variables of the published graphs that have one value on all inputs: here they have no component.
  static let constants: [Int: [String]] = [
    42: ["first_place = 0"], 57: ["second_place = 1"], 89: ["zero = 0"], 94: ["zero = 0"], 108: ["two = 2"],
    113: ["zero = 0"], 116: ["first_place = 0"], 119: ["zero = 0", "one = 1", "two = 2", "three = 3"],
    124: ["zero = 0"], 125: ["zero = 0"], 127: ["first_place = 0", "second_place = 1"], 129: ["zero = 0"],
    130: ["lowest = 2", "highest = 7"],
  ]

  @Test func compiledModelsAreNoLargerAndHaveTheSameCircuits() throws {
    let programs = try Self.programs()
    var shallower: Set<Int> = []
    var constants: [Int: [String]] = [:]
    for benchmark in try Self.cases() {
      let (name, program) = try #require(programs[benchmark.number])
      var options = CompilerOptions()
      options.verification = .samples(50)
      let compiled = try Compiler.compile(program.circuits[0], in: program.graph, options: options)
      let config = compiled.parameters.config
      let folded = compiled.constants.map { "\($0.name) = \($0.value.quoted)" }
      if !folded.isEmpty { constants[benchmark.number] = folded }
      // Where there are fewer layers, heads that lay in several may lie in one.
      let layers = config.layers == benchmark.layers ? 1 : config.layers
      let publishedLayers = config.layers == benchmark.layers ? 1 : benchmark.layers
      #expect(
        config.layers <= benchmark.layers && layers * config.heads <= publishedLayers * benchmark.heads,
        "\(name)")
      let edges = Set(compiled.edges.map { [$0.from.hookName, $0.to.hookName] })
      if config.layers < benchmark.layers {
        shallower.insert(benchmark.number)
      } else if folded.isEmpty {
        #expect(edges == benchmark.edges, "\(name)")
      } else {
        #expect(edges.isStrictSubset(of: benchmark.edges), "\(name)")
      }
    }
    // These need fewer layers here, so that their components have other numbers.
    #expect(shallower == [5, 42, 57, 89, 94, 113, 116, 119, 125, 127, 130])
    #expect(constants == Self.constants)
  }

  /// The language's page says in which cases a variable is none here.
  @Test func theDocumentListsWhatIsFolded() throws {
    let text = try String(contentsOf: Self.root.appendingPathComponent("docs/language.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `programs/interpbench/") }
    let programs = try Self.programs()
    let expected = Self.constants.sorted { $0.key < $1.key }.map { number, list in
      let names = list.map { "`\($0)`" }.joined(separator: ", ")
      return "| `programs/interpbench/\(programs[number]?.name ?? "")` | \(names) |"
    }
    #expect(rows.map(String.init) == expected)
  }
}
