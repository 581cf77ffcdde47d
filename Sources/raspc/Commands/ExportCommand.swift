import ArgumentParser
import Artifacts
import Discovery
import Foundation
import Rendering

/// `raspc export DIR... --format F`: writes circuits in the layouts that other programs read.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write trained transformers and their circuits in the layouts of other programs.",
    discussion: """
      interpbench: ll_model.pth, ll_model_cfg.pkl, edges.pkl and meta.json, as InterpBench publishes models. mib: the same \
      model, and circuit.json, a graph of EAP-IG and MIB with the measured effect of every edge. transformer-lens: \
      model.pth, which HookedTransformer.load_state_dict takes strictly, and config.json. Files go to \
      FOLDER/CIRCUIT, by default out/FORMAT/CIRCUIT.
      """)

  @Argument(help: ArgumentHelp("Circuit folders, or folders of them.", valueName: "dir"))
  var paths: [String]

  @Option(help: "interpbench, mib or transformer-lens.")
  var format: ExportLayout

  @Option(name: .shortAndLong, help: ArgumentHelp("Where to.", valueName: "folder"))
  var output: String?

  @Option(help: "Which transformer: hl (compiled) or ll (trained); default: ll if there is one.")
  var model: CircuitModel?

  func run() throws {
    let folders = try MeasuredCircuit.folders(paths)
    let out = URL(fileURLWithPath: output ?? "out/\(format.rawValue)")
    var problems = ProblemList()
    var done = 0
    for folder in folders {
      let isDone = problems.collect {
        let target = out.appendingPathComponent(folder.url.lastPathComponent)
        let model = try self.model ?? (folder.meta().training == nil ? .hl : .ll)
        for file in try format.files(folder, model) {
          try AtomicFile.write(file.data, to: target.appendingPathComponent(file.name))
        }
        return true
      }
      if isDone == true { done += 1 }
    }
    if done > 0 { print("\(out.relativePath): \(counted(done, "circuit"))") }
    try problems.throwIfAny()
  }
}

extension ExportLayout: ExpressibleByArgument {}
