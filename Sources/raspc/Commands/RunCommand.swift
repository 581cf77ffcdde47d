import ArgumentParser
import Compiler
import Diagnostics
import Foundation
import Runtime

/// `raspc run FILE`: runs a program on inputs with the interpreter.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a program on inputs with the interpreter.",
    discussion: """
      Prints the output at every position as a JSON array, with null for None and "inf" and "-inf" for \
      infinities. With only '--output NAME', any s-op can be run on any tokens.
      """)

  @Argument(help: ArgumentHelp("The program.", valueName: "file"))
  var file: String

  @OptionGroup var which: CircuitOptions
  @OptionGroup var inputs: InputOptions

  func run() throws {
    let declaration = which.vocab == nil ? nil : try which.declaration()
    let program = try LoadedProgram(
      ProgramFile(path: file, foundInFolder: false), declaration: declaration)
    let output: SOpID
    let causal: Bool
    var space: InputSpace?
    if let name = which.output, which.vocab == nil {
      output = try program.sop(name)
      causal = which.causal
    } else {
      let circuit = try which.circuit(of: program)
      (output, causal) = (circuit.output, circuit.causal)
      space = InputSpace(circuit, in: program.program.graph)
    }
    let prepared = Interpreter(program.program.graph).prepare([output], causal: causal)
    try inputs.answer { input in
      let tokens = try space.map { try input.tokens(for: $0) } ?? input.values
      if tokens.isEmpty { throw Diagnostic("an input must have at least one token", at: input.range) }
      return Value.json(try prepared.evaluate(on: tokens)[0])
    }
  }
}
