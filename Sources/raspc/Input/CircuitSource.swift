import Artifacts
import Compiler
import Foundation
import Runtime

/// A circuit that an argument names: one in a program, or the one in a folder that raspc has written.
struct CircuitSource {
  let program: LoadedProgram
  let circuit: Circuit
  /// The compiler's option for it.
  let fuse: Bool
  /// The circuit folder that it was read from, if any.
  let folder: ArtifactFolder?
  let meta: MetaFile?

  /// The circuits that arguments name; each is a program, a folder of programs, a circuit folder or a folder
  /// of those.
  ///
  /// - Throws: ``FileError``, ``Diagnostics``, ``Diagnostic``, ``Failure``.
  static func read(_ arguments: [String], which: CircuitOptions, fuse: Bool) throws -> [CircuitSource] {
    let declaration = try which.declaration()
    return try arguments.flatMap { argument in
      let folders = ArtifactFolder.all(under: argument)
      if !folders.isEmpty { return try folders.map(CircuitSource.init) }
      return try ProgramFile.expand([argument]).flatMap { file -> [CircuitSource] in
        let program = try LoadedProgram(file, declaration: declaration)
        if file.foundInFolder, which.output == nil, program.program.circuits.isEmpty { return [] }
        return try which.circuits(of: program).map {
          CircuitSource(program: program, circuit: $0, fuse: fuse, folder: nil, meta: nil)
        }
      }
    }
  }

  private init(
    program: LoadedProgram, circuit: Circuit, fuse: Bool, folder: ArtifactFolder?, meta: MetaFile?
  ) {
    self.program = program
    self.circuit = circuit
    self.fuse = fuse
    self.folder = folder
    self.meta = meta
  }

  /// The circuit of a folder, from the program that the folder keeps.
  init(_ folder: ArtifactFolder) throws {
    let meta = try folder.meta()
    program = try LoadedProgram(meta.source)
    let found = program.declared ?? program.program.circuits.first { $0.name == meta.circuit.name }
    guard let found else {
      throw FileError(folder.metaURL, "its program declares no circuit '\(meta.circuit.name)'")
    }
    circuit = found
    fuse = meta.compiler.fuse
    self.folder = folder
    self.meta = meta
  }

  /// Compiles the circuit; if it comes from a folder, with the weights stored there.
  func compiled() throws -> CompiledCircuit {
    var options = CompilerOptions()
    options.fuse = fuse
    options.verification = nil
    let compiled = try Compiler.compile(circuit, in: program.program.graph, options: options)
    return try folder.map { try $0.withStoredWeights(compiled) } ?? compiled
  }
}
