import Runtime
import Testing

@testable import Compiler

/// Large graphs stay cheap, and deep ones exact.
struct LargeGraphTests {
  private func compile(_ b: GraphBuilder, _ output: SOpID, length: Int = 2) throws -> CompiledCircuit {
    let circuit = Circuit(
      name: "large", vocabulary: (0..<3).map(Value.int), lengths: 1...length, causal: false, output: output)
    return try Compiler.compile(circuit, in: b.graph)
  }

  @Test func aChainOf500VariablesIsALayerEach() throws {
    var b = GraphBuilder()
    var last = b.tokens()
    for step in 0..<500 { last = b.map("x\(step)", [last]) { .int(($0[0].integer! + 1) % 3) } }
    let compiled = try compile(b, last)
    #expect(compiled.parameters.config.layers == 500)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
  }

  @Test func anUnnamedChainOf500IsOneVariable() throws {
    var b = GraphBuilder()
    var last = b.tokens()
    for _ in 0..<500 { last = b.map(nil, [last]) { .int(($0[0].integer! + 1) % 3) } }
    let compiled = try compile(b, last)
    #expect(compiled.parameters.config.layers == 1)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
  }

  /// 2^40 paths from the output to the tokens; the token comes through an attention head, whose small error
  /// every diamond would double.
  @Test func aLadderOf40Diamonds() throws {
    var b = GraphBuilder()
    let tokens = b.tokens()
    let indices = b.indices()
    let flip = b.select(indices, indices) { $0 == $1 }
    var last = b.aggregate("own", flip, tokens)
    for step in 0..<40 {
      let left = b.map("l\(step)", [last]) { $0[0].isNone ? .none : .int(($0[0].integer! + 1) % 3) }
      let right = b.map("r\(step)", [last]) { $0[0].isNone ? .none : .int(($0[0].integer! * 2) % 3) }
      last = b.map("x\(step)", [left, right]) {
        $0.contains(.none) ? .none : .int(($0[0].integer! + 2 * $0[1].integer!) % 3)
      }
    }
    let compiled = try compile(b, last, length: 4)
    #expect(compiled.parameters.config.layers == 80)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
  }

  @Test func aHundredHeadsInARow() throws {
    var b = GraphBuilder()
    let indices = b.indices()
    var last = b.tokens()
    let previous = b.select(indices, indices) { $0.double == max(0, $1.double - 1) }
    for step in 0..<100 { last = b.aggregate("x\(step)", previous, last) }
    let compiled = try compile(b, last, length: 4)
    #expect(compiled.parameters.config.layers == 100)
    #expect(compiled.certificate?.isProved == true, "\(compiled.certificate?.reason ?? "")")
  }
}
