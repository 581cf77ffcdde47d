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

  @OptionGroup var options: MeasurementOptions

  func run() throws {
    let options = options
    let results = try MeasurementBatch.run(options) { circuit, update in
      let rival =
        try options.natural
        ? circuit.naturalOrTrained { part, accuracy in
          update(0.5 * part, "training on behaviour alone, accuracy \(Percent.text(accuracy))")
        } : circuit.natural()
      let file = try circuit.evaluate(beside: rival, seed: options.seed, inputs: options.inputs) { part in
        update(options.natural ? 0.5 + 0.5 * part : part, "")
      }
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
