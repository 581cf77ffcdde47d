import ArgumentParser
import Artifacts
import Discovery
import Foundation
import Rendering

/// `raspc discover DIR... --method M`: runs circuit discovery and judges it by the ground-truth circuit.
struct DiscoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Run circuit-discovery methods and judge them by the ground-truth circuits.",
    discussion: """
      Writes discover-METHOD.json into each folder, with a score for every edge and node, and prints the AUROC of \
      each method over edges: how well its scores separate the edges that change outputs from the others. Which \
      edges do is read from edges.json, or measured if it is not there yet. An ablated edge carries the activation \
      of its source on another input of any length (resample), its mean over inputs and positions (mean), or zero.
      """)

  @OptionGroup var options: MeasurementOptions

  @Option(
    name: .customLong("method"),
    help: ArgumentHelp(
      "\(DiscoveryMethods.names), or all; may be given several times.", valueName: "method"))
  var methodNames: [String]

  @Option(help: "What ablated edges carry: resample, mean or zero.")
  var ablation: Ablation = .resample

  @Option(
    name: .customLong("pairs"),
    help: ArgumentHelp(
      "Pairs of inputs, as 'raspc pairs' writes them; for several circuits, a folder with a file for each, such as "
        + "reverse.jsonl, or the name of a file that each circuit's folder has.", valueName: "file"))
  var pairsPath: String?

  func validate() throws {
    if methodNames.isEmpty { throw ValidationError("Name a method with '--method', or use '--method all'.") }
    _ = try methods()
  }

  private func methods() throws -> [any DiscoveryMethod] {
    if methodNames.contains("all") { return DiscoveryMethods.all }
    return try methodNames.map { name in
      guard let method = DiscoveryMethods.named(name) else {
        throw ValidationError("Unknown method '\(name)'; the methods are \(DiscoveryMethods.names).")
      }
      return method
    }
  }

  func run() throws {
    let methods = try methods()
    let folders = try MeasuredCircuit.folders(options.paths)
    let pairs = pairsPath.map { CircuitFileLocation($0, circuits: folders.count, extensions: ["jsonl"]) }
    let results = try MeasurementBatch.run(folders, model: options.model, jobs: options.jobs.count) {
      circuit, update in
      let files = try discover(circuit, methods, pairs?.file(of: circuit.folder), update)
      let line = files.map { "\($0.method) \(Self.figure($0.aurocEdges))" }.joined(separator: ", ")
      return (Discovered(folder: circuit.folder.url, name: circuit.name, files: files), line)
    }
    let labels = CircuitLabels(results.values.map { ($0.folder, $0.name) })
    let circuits = results.values.map { (label: labels[$0.folder], files: $0.files) }
    print(Self.table(circuits, methods.map(\.name)).text, terminator: "")
    let comparison = MethodComparison(circuits: circuits)
    if results.values.count > 1, comparison.methods.count > 1 {
      print("\n" + Self.table(comparison).text, terminator: "")
    }
    try results.problems.throwIfAny()
  }

  /// The results for a folder.
  private struct Discovered: Sendable {
    let folder: URL
    let name: String
    let files: [DiscoveryResult]
  }

  private func discover(
    _ circuit: MeasuredCircuit, _ methods: [any DiscoveryMethod], _ pairs: URL?,
    _ update: (Double, String) -> Void
  ) throws -> [DiscoveryResult] {
    let sample =
      if let pairs { try PairsFile.read(pairs, circuit.compiled) } else {
        CircuitInputs(
          circuit.compiled, count: options.inputs, settings: circuit.settings,
          trainingSeed: circuit.trainingSeed, seed: options.seed)
      }
    let task = DiscoveryTask(
      parameters: circuit.parameters, pairs: sample.pairs, ablation: ablation, seed: options.seed)
    var naturalTask: DiscoveryTask?
    if options.natural {
      naturalTask = task
      naturalTask?.parameters = try circuit.naturalOrTrained { part, accuracy in
        let detail = "\(Numbers.wholePercent(part)), accuracy \(Numbers.percent(accuracy))"
        update(0, "training the behaviour-only baseline, " + detail)
      }
    }
    update(0, "measuring edge effects")
    let edges = try circuit.edges(pairs: options.inputs, seed: options.seed)
    let truth = GroundTruth(
      causal: edges.measured.causal, benchmark: edges.benchmark, graph: task.graph)
    return try methods.enumerated().map { index, method in
      func report(_ part: Double) { update((Double(index) + part) / Double(methods.count), method.name) }
      let start = DispatchTime.now().uptimeNanoseconds
      let scores = method.scores(task, progress: report)
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
      var file = DiscoveryResult(
        method: method.name, circuit: circuit.name, model: circuit.model, task: task,
        scores: scores, truth: truth, seconds: seconds)
      if let naturalTask { file.compare(natural: method.scores(naturalTask, progress: { _ in })) }
      try AtomicFile.writeJSON(file, to: circuit.folder.discoveryURL(method: method.name))
      return file
    }
  }

  /// One row per circuit, one column per method.
  private static func table(
    _ circuits: [(label: String, files: [DiscoveryResult])], _ methods: [String]
  ) -> TextTable {
    var table = TextTable(
      columns: [.init(head: "AUROC of edges")] + methods.map { .init(head: $0, alignsRight: true) })
    for (label, files) in circuits {
      table.rows.append([label] + files.map { figure($0.aurocEdges) })
    }
    if circuits.count > 1 {
      let columns = methods.indices.map { index in circuits.compactMap { $0.files[index].aurocEdges } }
      table.rows.append(["mean"] + columns.map { figure(Summary.mean($0)) })
      table.rows.append(["median"] + columns.map { figure(Summary.median($0)) })
    }
    return table
  }

  /// One row per pair of methods.
  private static func table(_ comparison: MethodComparison) -> TextTable {
    var table = TextTable(columns: [
      .init(head: "methods"), .init(head: "A12", alignsRight: true), .init(head: "difference"),
      .init(head: "Mann-Whitney p (Holm)", alignsRight: true),
      .init(head: "signed-rank p (Holm)", alignsRight: true),
    ])
    for pair in comparison.pairs {
      table.rows.append([
        "\(pair.first) > \(pair.second)", figure(pair.a12), pair.magnitude,
        "\(Numbers.pValue(pair.mannWhitneyP)) (\(Numbers.pValue(pair.mannWhitneyHolm)))",
        "\(Numbers.pValue(pair.signedRankP)) (\(Numbers.pValue(pair.signedRankHolm)))",
      ])
    }
    return table
  }

  private static func figure(_ value: Double?) -> String {
    value.map { Numbers.decimals($0, 3) } ?? "-"
  }
}

extension Ablation: ExpressibleByArgument {}
