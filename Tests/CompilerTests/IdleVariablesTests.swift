import Diagnostics
import Runtime
import Testing
import Transformer

@testable import Compiler

/// Variables whose values make no difference are found, and no others.
struct IdleVariablesTests {
  private func idle(_ text: String, _ circuit: String) throws -> [IdleVariable] {
    let (circuit, graph) = try loaded(text + "\ncircuit y { output = y; \(circuit) }\n")
    return try Compiler.compile(circuit, in: graph).idleVariables()
  }

  private static let small = "vocab = [0, 1]; max_len = 3;"
  private static let large = "vocab = range(20); max_len = 8;"

  /// `x` is read and differs from input to input, but whatever it is, the output is the same.
  @Test(arguments: [small, large])
  func aVariableThatNeverMattersIsFound(circuit: String) throws {
    let found = try idle(
      "x = tokens > 0;\ny = tokens + indicator(x and (not x));", circuit)
    #expect(found.map(\.name) == [] || found.map(\.name) == ["x"])
    let gated = try idle(
      """
      flag = tokens >= 0;
      x = selector_width(select(tokens, tokens, ==));
      y = (x if x < 0 else tokens);
      """, circuit)
    #expect(gated.map(\.name) == ["x"])
    #expect(gated[0].isProved == (circuit == Self.small))
    #expect(gated[0].diagnostic.severity == .warning)
    #expect(
      gated[0].diagnostic.description.hasPrefix("test.rasp:2:1: warning: 'x' never changes the output: "))
  }

  /// What is said never to matter does not, by every pair of inputs and every map; what does is not said to.
  @Test(arguments: 0..<200 as Range<UInt64>)
  func provedIdleIsIdle(seed: UInt64) throws {
    let program = RandomProgram(seed: seed)
    var circuit = program.circuit
    circuit.lengths = 1...2
    guard let compiled = try? Compiler.compile(circuit, in: program.builder.graph) else { return }
    let idle = Dictionary(uniqueKeysWithValues: compiled.idleVariables().map { ($0.name, $0) })
    let model = compiled.causalModel
    let states = try circuit.everyInput.map { input in
      var state = model.makeState()
      model.run(try compiled.tokenizer.encode(input).dropFirst(), into: &state)
      return state
    }
    var swapped = model.makeState()
    for (index, variable) in model.variables.enumerated() where index != model.output {
      guard let sop = variable.sop, compiled.program.graph[sop].name == variable.name,
        !compiled.variables[index].components.isEmpty
      else { continue }
      // It has no assignment that could be warned about.
      if case .length = compiled.program.graph[sop].kind { continue }
      var changes = false
      for base in states {
        for source in states {
          for first in 0..<Int32(source.length) {
            for second in 0..<Int32(base.length == 1 ? 1 : source.length) {
              let map = PositionMap(
                Array([first, second].prefix(base.length)), sourceLength: source.length)
              model.swap(variable: index, base: base, source: source, map: map, into: &swapped)
              for position in 0..<base.length {
                if swapped.outputID(at: position) != base.outputID(at: position)
                  || swapped.id(of: model.output, at: position) != base.id(of: model.output, at: position)
                {
                  changes = true
                } else if model.isNumerical, base.hasOutput(at: position),
                  abs(swapped.outputNumber(at: position) - base.outputNumber(at: position)) > 1e-5
                {
                  changes = true
                }
              }
            }
          }
        }
      }
      #expect((idle[variable.name]?.isProved ?? false) == !changes, "\(variable.name)")
    }
  }

  /// A variable that decides on one combination in many thousands is not idle.
  @Test func oneSwapIsEnough() throws {
    let found = try idle(
      "x = selector_width(select(tokens, 7, ==));\ny = 1 if x == 8 and tokens == 7 else 0;", Self.large)
    #expect(found.isEmpty)
  }

  /// Only a swap between lengths can tell anything of a length; with plain swaps it would seem idle.
  @Test func aLengthIsNotIdle() throws {
    let found = try idle("n = length + 0 * tokens;\nhalf = n * 2;\ny = half + tokens;", Self.small)
    #expect(found.isEmpty)
  }
}
