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

  /// A circuit that no block declares: an s-op with a vocabulary and lengths from the command line.
  ///
  /// - Throws: ``Diagnostic``, ``Diagnostics``, ``Failure``.
  func circuit(_ declaration: MetaFile.Declaration) throws -> Circuit {
    let vocabulary = try InputText(declaration.vocab, name: "--vocab")
    guard !vocabulary.values.isEmpty else {
      throw Diagnostic("a vocabulary has at least one token", at: vocabulary.range)
    }
    var seen: Set<Value> = []
    for (value, range) in zip(vocabulary.values, vocabulary.ranges)
    where !seen.insert(value).inserted {
      throw Diagnostic("\(value.json) is in the vocabulary twice", at: range)
    }
    return Circuit(
      name: declaration.output, vocabulary: vocabulary.values,
      lengths: declaration.minLen...declaration.maxLen, causal: declaration.causal,
      output: try sop(declaration.output))
  }

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
  /// - Throws: ``FileError``, or ``Diagnostics`` with all that is wrong with the program.
  init(_ file: ProgramFile) throws {
    let text = try file.source()
    path = file.path
    program = try ProgramLoader.load(text)
    let loaded = program.loadedFiles.map { ($0.name, String(decoding: $0.bytes, as: UTF8.self)) }
    source = MetaFile.Source(
      path: path, program: String(decoding: text.bytes, as: UTF8.self),
      loaded: Dictionary(uniqueKeysWithValues: loaded))
  }

  /// Runs the program that a folder was made from.
  ///
  /// - Throws: ``Diagnostics`` where this version of raspc refuses it.
  init(_ recorded: MetaFile.Source) throws {
    var options = ProgramLoader.Options()
    options.texts = recorded.loaded
    path = recorded.path
    source = recorded
    program = try ProgramLoader.load(
      SourceFile(name: recorded.path, text: recorded.program), options: options)
  }
}
