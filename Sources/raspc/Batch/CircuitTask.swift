import Artifacts
import Compiler
import Diagnostics
import Foundation
import Runtime

/// One circuit to make: where it comes from and where its files go.
struct CircuitTask: Sendable {
  let program: LoadedProgram
  let circuit: Circuit
  let folder: ArtifactFolder
  let options: CompilerOptions

  var name: String { circuit.name }

  /// Compiles the circuit; throws ``Diagnostic``.
  func compile() throws -> CompiledCircuit {
    try Compiler.compile(circuit, in: program.program.graph, options: options)
  }

  /// What the folder's `meta.json` says before any training.
  func meta(_ compiled: CompiledCircuit?) -> MetaFile {
    MetaFile(
      raspc: Raspc.version, source: program.source,
      circuit: MetaFile.CircuitRecord(circuit, in: program.program.graph),
      compiler: MetaFile.CompilerRecord(fuse: options.fuse), certificate: compiled?.certificate,
      verification: compiled?.verification.map { MetaFile.VerificationRecord($0) })
  }
}

/// The circuits that a command line names.
struct CircuitTaskList {
  var tasks: [CircuitTask] = []
  /// Files that could not be read or run, with the reason.
  var broken: [(file: ProgramFile, error: any Error)] = []

  /// Reads and runs every file.
  ///
  /// A file that was found in a folder and declares no circuit is a library, and is skipped.
  ///
  /// - Throws: ``FileError`` if a file does not exist, ``Failure`` if two files declare circuits with the
  ///   same name, which would be written to the same folder.
  init(files: [String], which: CircuitOptions, directory: URL, options: CompilerOptions) throws {
    let declaration = try which.declaration()
    for file in try ProgramFile.expand(files) {
      do {
        let program = try LoadedProgram(file, declaration: declaration)
        if file.foundInFolder, which.output == nil, program.program.circuits.isEmpty { continue }
        for circuit in try which.circuits(of: program) {
          tasks.append(
            CircuitTask(
              program: program, circuit: circuit,
              folder: ArtifactFolder(directory.appendingPathComponent(circuit.name)), options: options))
        }
      } catch let error where Raspc.isReport(error) {
        broken.append((file, error))
      }
    }
    var paths: [String: String] = [:]
    for task in tasks {
      if let other = paths.updateValue(task.program.path, forKey: task.name) {
        throw Failure(
          "circuit '\(task.name)' is declared in \(other) and in \(task.program.path)",
          hint: "rename one of them, or compile them into different folders")
      }
    }
  }
}
