import ArgumentParser
import Compiler
import Discovery
import Foundation
import Transformer

/// `raspc eval DIR...`: measures trained transformers.
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure trained transformers: accuracy, IIA, SIIA, node effects, weights.",
    discussion: """
      Writes eval.json into each folder. A node's effect is how often ablating it changes the output: its \
      activation taken from another input (resample), its mean over inputs, or zero. Inputs are held out from \
      training where the circuit has any to spare.
      """)

  @Argument(help: ArgumentHelp("Circuits' folders, or folders of those.", valueName: "dir"))
  var paths: [String]

  @Option(help: "The transformer: hl, the compiled one, or ll, the trained one (default: ll if it is there).")
  var model: ArtifactFolder.Model?

  @Option(help: ArgumentHelp("How many inputs node effects are taken on.", valueName: "n"))
  var inputs = 1000

  @Option(help: "The seed of inputs.")
  var seed: UInt64 = 0

  @Flag(help: "Compare with a transformer of the same size trained on behaviour alone; trains it if need be.")
  var natural = false

  @OptionGroup var jobs: JobOptions

  func validate() throws {
    if inputs < 1 { throw ValidationError("'--inputs' has to be at least 1.") }
  }

  func run() throws {
    let results = try MeasurementBatch.run(paths, model: model, jobs: jobs.count) { circuit, update in
      var rival: (parameters: Parameters, accuracy: Double)?
      if natural {
        let parameters = try circuit.naturalOrTrained { part, accuracy in
          update(0.5 * part, "training on behaviour alone, accuracy \(Percent.text(accuracy))")
        }
        rival = (parameters, circuit.accuracy(parameters, seed: seed))
      } else if let parameters = try circuit.natural() {
        rival = (parameters, circuit.accuracy(parameters, seed: seed))
      }
      let evaluation = Evaluation(
        circuit.compiled, parameters: circuit.parameters, model: circuit.model.rawValue,
        settings: circuit.settings, trainingSeed: circuit.trainingSeed, seed: seed, inputs: inputs)
      let file = evaluation.run(natural: rival) { part in
        update(natural ? 0.5 + 0.5 * part : part, "")
      }
      try AtomicFile.writeJSON(file, to: circuit.folder.evaluationURL)
      return (file, Self.line(file))
    }
    print(Self.table(results.values).text, terminator: "")
    for file in results.values {
      for (kind, nodes) in file.notSeparated.sorted(by: { $0.key < $1.key }) where !nodes.isEmpty {
        print(
          "\(file.circuit): by \(kind) ablation no more effect than a node outside the circuit: "
            + nodes.joined(separator: ", "))
      }
    }
    try results.problems.throwIfAny()
  }

  private static func line(_ file: EvaluationFile) -> String {
    "accuracy \(Percent.text(file.accuracy)), IIA \(Percent.text(file.iia.values.min() ?? 1)), "
      + "SIIA \(Percent.text(file.siia.values.min() ?? 1))"
  }

  private static func table(_ files: [EvaluationFile]) -> TextTable {
    var table = TextTable(columns: [
      .init(head: "circuit"), .init(head: "model"), .init(head: "accuracy", alignsRight: true),
      .init(head: "IIA", alignsRight: true), .init(head: "SIIA", alignsRight: true),
      .init(head: "least effect inside", alignsRight: true),
      .init(head: "greatest outside", alignsRight: true),
      .init(head: "circuit alone", alignsRight: true),
    ])
    for file in files {
      let inside = file.effects.filter(\.inCircuit).compactMap(\.resample).min()
      let outside = file.effects.filter { !$0.inCircuit }.compactMap(\.resample).max()
      table.rows.append([
        file.circuit, file.model, Percent.text(file.accuracy), Percent.text(file.iia.values.min() ?? 1),
        Percent.text(file.siia.values.min() ?? 1), inside.map(Percent.text) ?? "",
        outside.map(Percent.text) ?? "", Percent.text(file.circuitAlone.accuracy),
      ])
    }
    return table
  }
}
