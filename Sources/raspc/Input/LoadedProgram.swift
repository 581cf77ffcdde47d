import Artifacts
import Diagnostics
import Foundation
import Runtime

/// A program file that has been read and run.
struct LoadedProgram: Sendable {
  let path: String
  let program: Program
  /// The record of it that a circuit folder keeps.
  let source: MetaFile.Source

  /// The circuit that the command line declares, if any.
  private(set) var declared: Circuit?

  /// The s-op with a name; throws ``Failure`` if there is none.
  func sop(_ name: String) throws -> SOpID {
    guard let id = program.sops[name] else {
      throw Failure(
        "\(path) has no s-op '\(name)'",
        hint: CircuitOptions.hint(name, Array(program.sops.keys), "its s-ops are"))
    }
    return id
  }
}

extension LoadedProgram {
  /// Reads and runs a program file.
  ///
  /// - Parameter declaration: a circuit that the command line declares; the program then means what it would
  ///   mean with such a block in it.
  /// - Throws: ``FileError``, ``Diagnostics`` for errors in the program, ``Diagnostic`` or ``Failure`` for
  ///   errors in the declaration.
  init(_ file: ProgramFile, declaration: MetaFile.Declaration? = nil) throws {
    let text = try file.source()
    let program = try ProgramLoader.load(text, options: Self.options(declaration))
    let loaded = program.loadedFiles.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }
    try self.init(
      program,
      from: MetaFile.Source(
        path: file.path, program: String(decoding: text.bytes, as: UTF8.self),
        loaded: Dictionary(uniqueKeysWithValues: loaded), declaration: declaration))
  }

  /// Runs the program that a folder was made from.
  ///
  /// - Throws: ``Diagnostics`` if this version of raspc refuses it.
  init(_ recorded: MetaFile.Source) throws {
    var options = try Self.options(recorded.declaration)
    options.texts = recorded.loaded
    try self.init(
      try ProgramLoader.load(
        SourceFile(name: recorded.path, text: recorded.program), options: options), from: recorded)
  }

  private init(_ program: Program, from source: MetaFile.Source) throws {
    path = source.path
    self.program = program
    self.source = source
    if let declaration = source.declaration {
      declared = Circuit(
        name: declaration.output, vocabulary: try declaration.vocabulary(),
        lengths: declaration.minLen...declaration.maxLen, causal: declaration.causal,
        output: try sop(declaration.output))
    }
  }

  private static func options(_ declaration: MetaFile.Declaration?) throws -> ProgramLoader.Options {
    var options = ProgramLoader.Options()
    options.vocabulary = try declaration?.vocabulary()
    return options
  }
}
