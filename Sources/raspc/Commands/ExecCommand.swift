import ArgumentParser
import Artifacts
import Compiler
import Discovery
import Foundation
import Runtime
import Transformer

/// `raspc exec DIR`: runs the transformer in a circuit folder on inputs.
struct ExecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec", abstract: "Run the transformer in a circuit folder on inputs.",
    discussion: """
      Prints the output at every position as a JSON array. A categorical output is the value with the largest \
      logit, or null where a compiled transformer writes no value; a numerical output is a number. Where the \
      program has no value, the output of a trained transformer, or of a numerical circuit, means nothing.
      """)

  @Argument(help: ArgumentHelp("The circuit folder.", valueName: "dir"))
  var folder: String

  @Option(help: "Which transformer: hl (compiled) or ll (trained); default: ll if there is one.")
  var model: CircuitModel?

  @Flag(help: "Print the logits instead: one list per position, starting with BOS.")
  var logits = false

  @OptionGroup var inputs: InputOptions

  func run() throws {
    let artifacts = ArtifactFolder(URL(fileURLWithPath: folder))
    let meta = try artifacts.meta()
    let vocabulary = try artifacts.vocabulary()
    let model = model ?? (meta.training == nil ? .hl : .ll)
    let parameters = try artifacts.named(model)
    try vocabulary.check(against: parameters.config, artifacts)
    let space = InputSpace(
      name: "circuit '\(meta.circuit.name)'", vocabulary: vocabulary.vocabulary,
      lengths: meta.circuit.minLen...meta.circuit.maxLen, domain: try domain(of: artifacts, meta))
    let tokenizer = Tokenizer(vocabulary: vocabulary.vocabulary)
    let transformer = Inference(parameters)
    let outputs = parameters.config.outputs
    try inputs.answer { input in
      let ids = try tokenizer.encode(input.tokens(for: space))
      let flat = transformer.logits([ids])[0]
      let rows = ids.indices.map { flat[($0 * outputs)..<(($0 + 1) * outputs)] }
      return logits
        ? Self.text(rows)
        : Value.json(rows.dropFirst().map { vocabulary.outputs.value(logits: $0, writtenBy: model) })
    }
  }

  /// Which inputs belong to the circuit. This needs the program, which nothing else here does.
  private func domain(of artifacts: ArtifactFolder, _ meta: MetaFile) throws -> InputDomain? {
    guard meta.circuit.inputs != nil else { return nil }
    let source = try CircuitSource(artifacts)
    return InputDomain(of: source.circuit, in: source.program.program.graph)
  }

  /// Numbers as nested JSON lists.
  static func text(_ rows: [ArraySlice<Float>]) -> String {
    let lists = rows.map { row in
      "[" + row.map { $0.isFinite ? $0.description : "\"\($0)\"" }.joined(separator: ", ") + "]"
    }
    return "[" + lists.joined(separator: ", ") + "]"
  }
}
