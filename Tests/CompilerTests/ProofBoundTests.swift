import Runtime
import Testing
import Transformer

@testable import Compiler

/// How far a proof says that outputs may be off, they are at most.
struct ProofBoundTests {
  private struct Distance {
    var greatest = 0.0
    var worst = ""

    mutating func add(_ distance: Double, _ place: @autoclosure () -> String) {
      guard distance > greatest else { return }
      (greatest, worst) = (distance, place())
    }
  }

  /// The greatest distance of any logit from what it is to be, on all inputs: the number, or 1 for the value
  /// and 0 for others.
  private func distance(_ compiled: CompiledCircuit, _ graph: SOpGraph) throws -> Distance {
    let circuit = compiled.program.circuit
    let prepared = Interpreter(compiled.program.graph).prepare([circuit.output], causal: circuit.causal)
    let inputs = circuit.everyInput
    let logits = Inference(compiled.parameters).logits(try inputs.map { try compiled.tokenizer.encode($0) })
    let outputs = compiled.parameters.config.outputs
    let output = compiled.claims.first { claim in
      if case .numerical = compiled.outputs { return false }
      return claim.content == .value(circuit.output) && claim.encoding == .categorical
    }
    var distance = Distance()
    for (input, row) in zip(inputs, logits) {
      for (position, value) in try prepared.evaluate(on: input)[0].enumerated() where !value.isNone {
        let found = row[(position + 1) * outputs..<(position + 2) * outputs].map(Double.init)
        if case .numerical = compiled.outputs {
          distance.add(abs(found[0] - value.number!), "\(input)")
        } else {
          let code = try #require(output?.values.firstIndex { $0.contains(value) })
          for (place, logit) in found.enumerated() {
            distance.add(abs(logit - (place == code ? 1 : 0)), "\(input)")
          }
        }
      }
    }
    return distance
  }

  @Test(arguments: SmallProgram.all) func smallProgramsKeepTheirBounds(program: SmallProgram) throws {
    let (compiled, graph) = try program.compiled()
    let proof = try #require(compiled.certificate?.proof, "\(compiled.certificate?.reason ?? "")")
    let distance = try distance(compiled, graph)
    #expect(distance.greatest <= proof.outputError, "on \(distance.worst)")
  }

  @Test func randomProgramsKeepTheirBounds() throws {
    var proved = 0
    var compiledPrograms = 0
    for seed in 0..<200 as Range<UInt64> {
      let program = RandomProgram(seed: seed)
      guard let compiled = try? Compiler.compile(program.circuit, in: program.builder.graph) else { continue }
      compiledPrograms += 1
      guard let proof = compiled.certificate?.proof else { continue }
      proved += 1
      let distance = try distance(compiled, program.builder.graph)
      #expect(distance.greatest <= proof.outputError, "seed \(seed) on \(distance.worst)")
    }
    print("proved \(proved) of \(compiledPrograms)")
    #expect(proved * 10 >= compiledPrograms * 9)
  }
}
