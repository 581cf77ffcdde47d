import ArgumentParser
import Artifacts
import Discovery
import Foundation
import Rendering

/// `raspc report OUT`: writes a page about a batch of circuits, and its figures.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a self-contained HTML page about a batch of circuits, and its figures as SVG files.",
    discussion: """
      Shows what training, eval and discover have left in the circuit folders. Writes report.html, \
      discovery.json (a comparison of the methods) and auroc.svg into the given folder, and each \
      circuit's figures into its folder.
      """)

  @Argument(help: ArgumentHelp("A folder of circuit folders, or one circuit folder.", valueName: "out"))
  var path: String

  @Flag(help: "Write only the page, not the SVG files.")
  var pageOnly = false

  func run() throws {
    let folders = try MeasuredCircuit.folders([path])
    guard !folders.isEmpty else { throw Failure("\(path) has no circuit folder in it") }
    var problems = ProblemList()
    let circuits = folders.compactMap { folder in
      problems.collect { (folder, try ReportedCircuit(folder)) }
    }
    let report = BatchReport(circuits.map(\.1))
    let out = URL(fileURLWithPath: path)
    if !pageOnly {
      for (folder, circuit) in circuits {
        for figure in circuit.figures {
          try AtomicFile.write(Data(figure.figure.file.utf8), to: folder.file(figure.file))
        }
      }
      if let boxes = report.boxes {
        try AtomicFile.write(Data(boxes.file.utf8), to: out.appendingPathComponent("auroc.svg"))
      }
      if !report.comparison.methods.isEmpty {
        try AtomicFile.writeJSON(report.comparison, to: out.appendingPathComponent("discovery.json"))
      }
    }
    let page = out.appendingPathComponent("report.html")
    try AtomicFile.write(Data(report.html.utf8), to: page)
    print("\(page.relativePath): \(counted(circuits.count, "circuit"))")
    try problems.throwIfAny()
  }
}
