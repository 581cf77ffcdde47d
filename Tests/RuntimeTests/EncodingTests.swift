import Diagnostics
import Runtime
import Testing

/// What `numerical(...)` and `categorical(...)` make of an s-op.
@Suite struct EncodingTests {
  private func program(_ text: String) throws -> Program {
    try ProgramLoader.load(SourceFile(name: "test.rasp", text: text))
  }

  @Test func whatIsFreshGetsTheEncodingItself() throws {
    let program = try program("y = numerical(aggregate(full_s, indices));")
    let node = program.graph[try #require(program.sops["y"])]
    #expect(node.encoding == .numerical)
    guard case .aggregate = node.kind else {
      Issue.record("it is \(node.kind)")
      return
    }
  }

  @Test(arguments: ["numerical", "categorical"])
  func aVariableIsReadAndNotComputedAgain(encoding: String) throws {
    let program = try program("v = aggregate(full_s, indices);\ny = \(encoding)(v);\nz = \(encoding)(v) + 1;")
    let v = try #require(program.sops["v"])
    let y = program.graph[try #require(program.sops["y"])]
    #expect(y.encoding?.rawValue == encoding)
    #expect(program.graph[v].encoding == nil)
    guard case .map(let operation, let inputs) = y.kind else {
      Issue.record("it is \(y.kind)")
      return
    }
    #expect(inputs == [v])
    #expect(operation.form == .identity)
    let aggregates = program.graph.sops.count { if case .aggregate = $0.kind { true } else { false } }
    #expect(aggregates == 1)
    // Through the variable goes what is put in its place, too.
    let values = try Interpreter(program.graph).evaluate(
      [try #require(program.sops["y"]), try #require(program.sops["z"])], on: [.int(5), .int(6)],
      replacing: [v: [.float(7), .none]])
    #expect(values == [[.float(7), .none], [.float(8), .none]])
  }
}
