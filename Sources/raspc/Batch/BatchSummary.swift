import Artifacts
import Foundation
import Rendering

/// The results of a batch, one row per circuit, as text, CSV and JSON.
struct BatchSummary {
  /// One circuit, or a file that could not be read.
  struct Row: Codable {
    enum Status: String, Codable {
      case trained
      case upToDate = "up to date"
      /// Trained, but accuracy or a node stayed below the target.
      case short = "below target"
      case failed
    }

    var circuit: String
    var status: Status
    var accuracy: Double?
    /// Of the worst component.
    var iia: Double?
    var siia: Double?
    /// The component with the lowest share.
    var worstNode: String?
    /// Components of the circuit that no swap could test.
    var untested: [String]?
    var steps: Int?
    var seconds: Double?
    var folder: String?
    var error: String?

    enum CodingKeys: String, CodingKey {
      case circuit, status, accuracy, iia, siia, untested, steps, seconds, folder, error
      case worstNode = "worst_node"
    }

    init(_ task: CircuitTask, _ outcome: TrainingJob.Outcome) {
      circuit = task.name
      folder = task.folder.url.relativePath
      if case .failed(let reason) = outcome { error = reason }
      guard let record = outcome.record else {
        status = .failed
        return
      }
      if case .upToDate = outcome { status = .upToDate } else { status = .trained }
      if !record.reached { status = .short }
      accuracy = record.accuracy
      iia = record.worstIIA
      siia = record.worstSIIA
      worstNode = Self.worstNode(record)
      if !record.measure.untested.isEmpty { untested = record.measure.untested.map(\.hookName) }
      steps = record.steps
      seconds = record.seconds
    }

    init(brokenFile path: String, _ error: any Error) {
      circuit = path
      status = .failed
      self.error = "\(error)"
    }

    /// What the progress display prints when the job ends.
    var line: String {
      guard let accuracy, let iia, let siia, let steps, let seconds else {
        return "failed\n\(error ?? "")"
      }
      var figures =
        "accuracy \(Numbers.percent(accuracy)), IIA \(Numbers.percent(iia)), SIIA \(Numbers.percent(siia))"
      if let untested { figures += ", untested: \(untested.joined(separator: ", "))" }
      switch status {
      case .upToDate: return "up to date, \(figures)"
      case .short: return "below target, \(figures), worst \(worstNode ?? "-"), \(steps) steps"
      case .trained, .failed:
        return "\(figures), \(steps) steps in \(Numbers.duration(seconds))"
      }
    }

    private static func worstNode(_ record: MetaFile.TrainingRecord) -> String? {
      let measure = record.measure
      let all =
        [("output", record.accuracy), ("several of the circuit", measure.joint.worst)]
        + [("half of the others", measure.halves.worst), ("all others", measure.together.worst)]
        + record.iia.compactMap { node, share in share.map { (node.hookName, $0) } }
        + record.siia.map { ($0.hookName, $1) }
      return all.min { ($0.1, $0.0) < ($1.1, $1.0) }.flatMap { $0.1 < 1 ? $0.0 : nil }
    }
  }

  var rows: [Row]

  var table: TextTable {
    var table = TextTable(columns: [
      .init(head: "circuit"), .init(head: "result"), .init(head: "accuracy", alignsRight: true),
      .init(head: "IIA", alignsRight: true), .init(head: "SIIA", alignsRight: true),
      .init(head: "worst node"), .init(head: "steps", alignsRight: true),
      .init(head: "seconds", alignsRight: true),
    ])
    for row in rows {
      table.rows.append([
        row.circuit, row.status.rawValue, row.accuracy.map(Numbers.percent) ?? "",
        row.iia.map(Numbers.percent) ?? "", row.siia.map(Numbers.percent) ?? "",
        row.untested.map { "untested: " + $0.joined(separator: " ") } ?? row.worstNode ?? "",
        row.steps.map(String.init) ?? "", row.seconds.map { Numbers.decimals($0, 1) } ?? "",
      ])
    }
    return table
  }

  /// Whether every circuit was made and reached its target.
  var isGood: Bool { rows.allSatisfy { $0.status == .trained || $0.status == .upToDate } }

  /// How many circuits reached the target, in a sentence.
  var verdict: String {
    let good = rows.count { $0.status == .trained || $0.status == .upToDate }
    return "\(good) of \(rows.count) reached the target."
  }

  /// Writes `summary.txt`, `summary.csv` and `summary.json`.
  func write(to directory: URL) throws {
    let table = table
    try AtomicFile.write(
      Data(table.text.utf8), to: directory.appendingPathComponent("summary.txt"))
    try AtomicFile.write(Data(table.csv.utf8), to: directory.appendingPathComponent("summary.csv"))
    try AtomicFile.writeJSON(rows, to: directory.appendingPathComponent("summary.json"))
  }
}
