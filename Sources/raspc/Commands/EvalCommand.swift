import ArgumentParser
import Discovery
import Foundation
import Rendering
import Transformer

/// `raspc eval DIR...`: measures trained transformers.
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Measure trained transformers: accuracy, IIA, SIIA, effects of nodes and edges, weights.",
    discussion: """
      Writes eval.json into each folder. The effect of a node is how often ablating it changes the output: its \
      activation comes from another input of any length (resample), is its mean over inputs and positions, or is \
      zero. Writes the effect of every edge, in the compiled and in the trained transformer, into edges.json. A \
      trained transformer is certified if every edge that changes outputs of the compiled one has a larger effect \
      than every other edge. The inputs are held out from training if the circuit has enough of them.
      """)

  @OptionGroup var options: MeasurementOptions

  func run() throws {
    let options = options
    let results = try MeasurementBatch.run(options) { circuit, update in
      let rival =
        try options.natural
        ? circuit.naturalOrTrained { part, accuracy in
          update(0.5 * part, "training the behaviour-only baseline, accuracy \(Numbers.percent(accuracy))")
        } : circuit.natural()
      let file = try circuit.evaluate(beside: rival, seed: options.seed, inputs: options.inputs) { part in
        update(options.natural ? 0.5 + 0.5 * part : part, "")
      }
      let edges = try circuit.edges(pairs: options.inputs, seed: options.seed).measured
      return (
        Evaluated(folder: circuit.folder.url, name: circuit.name, file: file, edges: edges), Self.line(file)
      )
    }
    let labels = CircuitLabels(results.values.map { ($0.folder, $0.name) })
    print(Self.table(results.values, labels).text, terminator: "")
    for circuit in results.values {
      let label = labels[circuit.folder]
      if circuit.edges.isCertified == false {
        let edges = circuit.edges.notCertified
        print("\(label): not certified because of these edges:")
        for edge in edges.prefix(Self.shownEdges) { print("  " + edge.hookNames.joined(separator: " -> ")) }
        if edges.count > Self.shownEdges {
          print("  and \(edges.count - Self.shownEdges) more; see not_certified in edges.json")
        }
      }
      if !circuit.file.untested.isEmpty {
        print(
          "\(label): untested, because too few swaps change the output: \(Self.names(circuit.file.untested))")
      }
      for ablation in Ablation.byName {
        let components = circuit.file.notSeparated(by: ablation)
        if components.isEmpty { continue }
        print(
          "\(label): under \(ablation.rawValue) ablation, no larger effect than a node outside the circuit: "
            + Self.names(components))
      }
    }
    try results.problems.throwIfAny()
  }

  /// How many edges are printed if a transformer is not certified; edges.json has all of them.
  private static let shownEdges = 8

  /// The results for a folder.
  private struct Evaluated: Sendable {
    let folder: URL
    let name: String
    let file: EvaluationResult
    let edges: MeasuredEdges
  }

  private static func line(_ file: EvaluationResult) -> String {
    "accuracy \(Numbers.percent(file.accuracy)), IIA \(Numbers.percent(file.worstIIA)), "
      + "SIIA \(Numbers.percent(file.worstSIIA))"
      + (file.untested.isEmpty ? "" : ", untested: \(names(file.untested))")
  }

  private static func names(_ components: [Component]) -> String {
    components.map(\.hookName).joined(separator: ", ")
  }

  private static func table(_ circuits: [Evaluated], _ labels: CircuitLabels) -> TextTable {
    var table = TextTable(columns: [
      .init(head: "circuit"), .init(head: "model"), .init(head: "accuracy", alignsRight: true),
      .init(head: "IIA", alignsRight: true), .init(head: "SIIA", alignsRight: true),
      .init(head: "smallest effect inside", alignsRight: true),
      .init(head: "largest outside", alignsRight: true),
      .init(head: "circuit alone", alignsRight: true), .init(head: "certified"),
    ])
    for circuit in circuits {
      let file = circuit.file
      let inside = file.effects.filter(\.inCircuit).compactMap(\.resample).min()
      let outside = file.effects.filter { !$0.inCircuit }.compactMap(\.resample).max()
      table.rows.append([
        labels[circuit.folder], file.model.rawValue, Numbers.percent(file.accuracy),
        file.untested.isEmpty ? Numbers.percent(file.worstIIA) : "untested",
        Numbers.percent(file.worstSIIA), inside.map(Numbers.percent) ?? "",
        outside.map(Numbers.percent) ?? "", Numbers.percent(file.circuitAlone.accuracy),
        circuit.edges.isCertified.map { $0 ? "yes" : "no" } ?? "",
      ])
    }
    return table
  }
}
