import Compiler
import Foundation
import Lexer
import Runtime

/// A program file that has been read and run.
struct LoadedProgram: Sendable {
  let path: String
  let program: Program
  /// What a folder made from it records.
  let source: MetaFile.Source

  /// The circuit that the command line declares, if it does.
  private(set) var declared: Circuit?

  /// The s-op of a name; throws ``Failure`` where there is none.
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
  /// - Parameter declaration: a circuit that no block declares but the command line; the program then means what
  ///   it means with such a block in it.
  /// - Throws: ``FileError``, ``Diagnostics`` with all that is wrong with the program, ``Diagnostic`` or
  ///   ``Failure`` with what is wrong with the declaration.
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
  /// - Throws: ``Diagnostics`` where this version of raspc refuses it.
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
