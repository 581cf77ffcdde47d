import ArgumentParser
import Artifacts
import Diagnostics
import Runtime

/// Which circuit of a program to use, or how to make one without a circuit block.
struct CircuitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Which circuit, if the file declares several.", valueName: "name"))
  var circuit: String?

  @Option(help: ArgumentHelp("The s-op to use as output, without a circuit block.", valueName: "name"))
  var output: String?

  @Option(help: ArgumentHelp("With --output: the vocabulary, as a JSON array.", valueName: "json"))
  var vocab: String?

  @Option(help: ArgumentHelp("With --output: the largest number of tokens.", valueName: "n"))
  var maxLen: Int?

  @Option(help: ArgumentHelp("With --output: the smallest number of tokens (default: 1).", valueName: "n"))
  var minLen: Int?

  @Flag(help: "With --output: causal attention.")
  var causal = false

  func validate() throws {
    if output == nil {
      if vocab != nil || maxLen != nil || minLen != nil || causal {
        throw ValidationError(
          "'--vocab', '--max-len', '--min-len' and '--causal' can only be used with '--output'.")
      }
    } else if circuit != nil {
      throw ValidationError(
        "'--circuit' names a declared circuit and '--output' makes a new one; give only one of them.")
    }
    if let maxLen, maxLen < 1 { throw ValidationError("'--max-len' must be at least 1.") }
    if let maxLen, maxLen > Circuit.maximumLength {
      throw ValidationError("'--max-len' must be at most \(Circuit.maximumLength).")
    }
    if let minLen, minLen < 1 { throw ValidationError("'--min-len' must be at least 1.") }
    if let minLen, let maxLen, minLen > maxLen {
      throw ValidationError("'--min-len' is greater than '--max-len'.")
    }
  }

  /// The circuit that the options declare; nil if they name a declared circuit or nothing.
  ///
  /// - Throws: ValidationError if a vocabulary or a length is missing, ``Diagnostic`` for errors in the
  ///   vocabulary.
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

  /// The selected circuits: all in the file, the one named, or the one that the options declare.
  ///
  /// - Parameter program: read with the options' ``declaration()``
  /// - Throws: ``Diagnostic``, ``Failure`` if there is none.
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
        hint: "add a circuit block, or use --output NAME --vocab JSON --max-len N")
    }
    return declared
  }

  /// The selected circuit; an error if there are several.
  func circuit(of program: LoadedProgram) throws -> Circuit {
    let circuits = try circuits(of: program)
    guard circuits.count == 1 else {
      throw Failure(
        "\(program.path) declares \(circuits.count) circuits; choose one with --circuit",
        hint: "they are " + circuits.map(\.name).joined(separator: ", "))
    }
    return circuits[0]
  }

  static func hint(_ name: String, _ names: [String], _ introduction: String) -> String? {
    if let meant = Spelling.suggestion(for: name, among: names) { return meant }
    return names.isEmpty ? nil : "\(introduction) \(names.sorted().joined(separator: ", "))"
  }
}
