import ArgumentParser
import Compiler
import Lexer
import Runtime

/// Which circuit of a program is meant, or how to make one where no block declares it.
struct CircuitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The circuit, where the file declares several.", valueName: "name"))
  var circuit: String?

  @Option(help: ArgumentHelp("The s-op to take as output, in place of a circuit block.", valueName: "name"))
  var output: String?

  @Option(help: ArgumentHelp("With --output: the vocabulary, a JSON array.", valueName: "json"))
  var vocab: String?

  @Option(help: ArgumentHelp("With --output: the greatest number of tokens.", valueName: "n"))
  var maxLen: Int?

  @Option(help: ArgumentHelp("With --output: the least number of tokens (default: 1).", valueName: "n"))
  var minLen: Int?

  @Flag(help: "With --output: attention looks only at positions up to its own.")
  var causal = false

  func validate() throws {
    if output == nil {
      if vocab != nil || maxLen != nil || minLen != nil || causal {
        throw ValidationError("'--vocab', '--max-len', '--min-len' and '--causal' belong to '--output'.")
      }
    } else if circuit != nil {
      throw ValidationError("'--circuit' names a declared circuit, '--output' makes one; give one of them.")
    }
    if let maxLen, maxLen < 1 { throw ValidationError("'--max-len' has to be at least 1.") }
    if let maxLen, maxLen > Circuit.maximumLength {
      throw ValidationError("'--max-len' can be \(Circuit.maximumLength) at most.")
    }
    if let minLen, minLen < 1 { throw ValidationError("'--min-len' has to be at least 1.") }
    if let minLen, let maxLen, minLen > maxLen {
      throw ValidationError("'--min-len' is greater than '--max-len'.")
    }
  }

  /// What the options declare; nil where they name a declared circuit or nothing.
  ///
  /// - Throws: ValidationError where a vocabulary or length is missing that a compiler needs, ``Diagnostic`` at
  ///   what is wrong in the vocabulary.
  func declaration() throws -> MetaFile.Declaration? {
    guard let output else { return nil }
    guard let vocab, let maxLen else {
      throw ValidationError("A circuit made by '--output' needs '--vocab' and '--max-len'.")
    }
    let declaration = MetaFile.Declaration(
      output: output, vocab: vocab, minLen: minLen ?? 1, maxLen: maxLen, causal: causal)
    _ = try declaration.vocabulary()
    return declaration
  }

  /// The circuits that are meant: all of the file's, the one named, or the one the options declare.
  ///
  /// - Parameter program: read with the options' ``declaration()``
  /// - Throws: ``Diagnostic``, ``Failure`` where there is none.
  func circuits(of program: LoadedProgram) throws -> [Circuit] {
    if let declared = program.declared { return [declared] }
    let declared = program.program.circuits
    if let circuit {
      guard let found = declared.first(where: { $0.name == circuit }) else {
        throw Failure(
          "\(program.path) declares no circuit '\(circuit)'",
          hint: Self.hint(circuit, declared.map(\.name), "its circuits are"))
      }
      return [found]
    }
    if declared.isEmpty {
      throw Failure(
        "\(program.path) declares no circuit",
        hint: "add a circuit block, or give --output NAME --vocab JSON --max-len N")
    }
    return declared
  }

  /// The one circuit that is meant.
  func circuit(of program: LoadedProgram) throws -> Circuit {
    let circuits = try circuits(of: program)
    guard circuits.count == 1 else {
      throw Failure(
        "\(program.path) declares \(circuits.count) circuits; name one with --circuit",
        hint: "they are " + circuits.map(\.name).joined(separator: ", "))
    }
    return circuits[0]
  }

  static func hint(_ name: String, _ names: [String], _ introduction: String) -> String? {
    if let meant = Spelling.suggestion(for: name, among: names) { return meant }
    return names.isEmpty ? nil : "\(introduction) \(names.sorted().joined(separator: ", "))"
  }
}
