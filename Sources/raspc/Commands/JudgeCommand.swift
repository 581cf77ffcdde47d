import ArgumentParser
import Artifacts
import Discovery
import Foundation
import Rendering

/// `raspc judge DIR... --method NAME --scores FILE`: judges the scores of a method outside of raspc.
struct JudgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge",
    abstract: "Judge the scores that a method of your own gave edges or nodes.",
    discussion: """
      Reads scores for the edges or nodes of a trained transformer, compares them with its ground-truth circuit, and \
      writes discover-NAME.json into the circuit's folder, as 'raspc discover' does for its own methods; 'raspc \
      report' then shows both. Scores are JSON or CSV, with nodes named as in TransformerLens (blocks.0.hook_q_input[1]), \
      EAP-IG and MIB (a0.h1<q>) or auto-circuit (A0.1.Q); docs/formats.md has examples. The higher a score, the more \
      likely the edge belongs to the circuit.
      """)

  @Argument(help: ArgumentHelp("Circuit folders, or folders of them.", valueName: "dir"))
  var paths: [String]

  @Option(name: .customLong("method"), help: ArgumentHelp("The method's name.", valueName: "name"))
  var method: String

  @Option(
    name: .customLong("scores"),
    help: ArgumentHelp(
      "A file of scores; for several circuits, a folder with a file for each, such as reverse.json, or the name of a "
        + "file that each circuit's folder has.", valueName: "file"))
  var scoresPath: String

  @Option(
    help: ArgumentHelp("The score of everything that is not listed; otherwise all must be.", valueName: "s"))
  var missing: Double?

  @Flag(help: "Rank by absolute values.")
  var absolute = false

  @Option(help: "Which transformer: hl (compiled) or ll (trained); default: ll if there is one.")
  var model: CircuitModel?

  @Option(
    help: ArgumentHelp("How many inputs to measure edges on, if they are not measured yet.", valueName: "n"))
  var inputs = 1000

  @Option(help: "The random seed of these inputs.")
  var seed: UInt64 = 0

  @OptionGroup var jobs: JobOptions

  func validate() throws {
    guard method.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]*/) != nil else {
      throw ValidationError(
        "'\(method)' cannot be the name of a method: use letters, digits, dots, hyphens and underscores.")
    }
    guard DiscoveryMethods.named(method) == nil, method != "all" else {
      throw ValidationError(
        "'\(method)' is a method of raspc itself; give the scores another name, such as '\(method)-mine'.")
    }
    if inputs < 1 { throw ValidationError("'--inputs' must be at least 1.") }
    if let missing, !missing.isFinite { throw ValidationError("'--missing' must be a finite number.") }
  }

  func run() throws {
    let folders = try MeasuredCircuit.folders(paths)
    let location = CircuitFileLocation(
      scoresPath, circuits: folders.count, extensions: ["json", "csv"])
    let results = try MeasurementBatch.run(folders, model: model, jobs: jobs.count) { circuit, update in
      let result = try judge(circuit, location.file(of: circuit.folder), update)
      return (
        Judged(folder: circuit.folder.url, name: circuit.name, result: result), figure(result.aurocEdges)
      )
    }
    let labels = CircuitLabels(results.values.map { ($0.folder, $0.name) })
    let rows = results.values.map { (label: labels[$0.folder], result: $0.result) }
    if !rows.isEmpty { print(table(rows).text, terminator: "") }
    if let only = rows.first, rows.count == 1, !only.result.edges.isEmpty {
      print("\n" + ranks(only.result).text, terminator: "")
    }
    try results.problems.throwIfAny()
  }

  private struct Judged: Sendable {
    let folder: URL
    let name: String
    let result: DiscoveryResult
  }

  private func judge(
    _ circuit: MeasuredCircuit, _ url: URL, _ update: (Double, String) -> Void
  ) throws -> DiscoveryResult {
    let file = try ScoresFile(reading: url)
    do {
      let graph = EdgeGraph(circuit.parameters.config)
      var scores = try file.scores(layers: graph.layers)
      if absolute { scores = scores.absolute }
      update(0, "measuring edge effects")
      let edges = try circuit.edges(pairs: inputs, seed: seed)
      let truth = GroundTruth(causal: edges.measured.causal, benchmark: edges.benchmark, graph: graph)
      let result = try DiscoveryResult(
        method: method, circuit: circuit.name, model: circuit.model, scores: scores, missing: missing,
        truth: truth)
      try AtomicFile.writeJSON(result, to: circuit.folder.discoveryURL(method: method))
      return result
    } catch let error as ScoresError {
      throw FileError(url, error.description)
    }
  }

  // MARK: What is printed

  /// One row per circuit.
  private func table(_ rows: [(label: String, result: DiscoveryResult)]) -> TextTable {
    let columns: [(head: String, figure: (DiscoveryResult) -> Double?)] = [
      ("edges", { $0.aurocEdges }), ("whole-node edges", { $0.aurocWholeNodeEdges }),
      ("nodes", { $0.aurocNodes }), ("benchmark's edges", { $0.aurocBenchmarkEdges }),
    ]
    var table = TextTable(
      columns: [.init(head: "AUROC of \(method)")] + columns.map { .init(head: $0.head, alignsRight: true) })
    for (label, result) in rows { table.rows.append([label] + columns.map { figure($0.figure(result)) }) }
    if rows.count > 1 {
      let values = columns.map { column in rows.compactMap { column.figure($0.result) } }
      table.rows.append(["mean"] + values.map { figure(Summary.mean($0)) })
      table.rows.append(["median"] + values.map { figure(Summary.median($0)) })
    }
    return table
  }

  /// The edges of the circuit by rank; edges with one score share the rank in their middle.
  private func ranks(_ result: DiscoveryResult) -> TextTable {
    var table = TextTable(columns: [
      .init(head: "rank of \(result.edges.count)", alignsRight: true),
      .init(head: "score", alignsRight: true),
      .init(head: "edge of the circuit"),
    ])
    let ranked = zip(Ranks.descending(result.edges.map(\.score)), result.edges)
    for (rank, edge) in ranked.filter(\.1.inCircuit).sorted(by: { $0.0 < $1.0 }) {
      table.rows.append([
        Numbers.decimals(rank, rank == rank.rounded() ? 0 : 1), Numbers.significant(edge.score, 4),
        edge.edge.hookNames.joined(separator: " -> "),
      ])
    }
    return table
  }

  private func figure(_ value: Double?) -> String { value.map { Numbers.decimals($0, 3) } ?? "-" }
}
