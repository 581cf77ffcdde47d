import ArgumentParser
import Artifacts
import Compiler
import Discovery
import Foundation
import Rendering
import Runtime

/// `raspc inspect FILE|DIR`: shows a circuit's variables, the components that hold them, and its edges.
struct InspectCommand: ParsableCommand {
  /// The output format.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, dot, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show a circuit: variables, components, edges, residual stream.")

  @Argument(help: ArgumentHelp("A program or a circuit folder.", valueName: "file|dir"))
  var path: String

  @OptionGroup(title: "Circuits") var which: CircuitOptions

  @Option(help: "The output format.")
  var format = Format.text

  @Option(
    help: ArgumentHelp(
      "Show the residual stream on this input after each layer, by direction and position.",
      valueName: "json"))
  var residual: String?

  @Option(
    help: ArgumentHelp(
      "Draw the program, the circuit and where the folder's transformer attends on this input, as one SVG.",
      valueName: "json"))
  var overview: String?

  @Flag(help: "Keep unnamed subexpressions as separate variables.")
  var noFuse = false

  func validate() throws {
    if residual != nil, format != .text {
      throw ValidationError("'--residual' is always shown as text; leave out '--format'.")
    }
    if overview != nil, format != .text || residual != nil {
      throw ValidationError("'--overview' is a figure of its own; leave out '--format' and '--residual'.")
    }
  }

  func run() throws {
    let sources = try CircuitSource.read([path], which: which, fuse: !noFuse)
    if sources.count != 1, format != .text || residual != nil || overview != nil {
      throw Failure(
        "\(path) has \(sources.count) circuits; choose one with --circuit",
        hint: "they are " + sources.map(\.circuit.name).joined(separator: ", "))
    }
    for (index, source) in sources.enumerated() {
      let compiled = try source.compiled()
      let inspection = Inspection(compiled)
      if let residual {
        let tokens = try InputText(residual, name: "--residual").tokens(
          for: InputSpace(source.circuit, in: source.program.program.graph))
        print(try inspection.residual(tokens))
        continue
      }
      if let overview {
        Self.show(try Self.overview(source, inspection, overview))
        continue
      }
      switch format {
      case .text:
        if index > 0 { print("") }
        Self.show(inspection.text)
        if let training = source.meta?.training { Self.show(Self.text(training)) }
      case .json: Self.show(inspection.json)
      case .dot: Self.show(inspection.dot)
      case .svg: Self.show(inspection.svg)
      }
    }
  }

  private static func show(_ text: String) {
    print(text, terminator: text.hasSuffix("\n") ? "" : "\n")
  }

  /// The figure of ``overview``, with the trained transformer if there is one.
  private static func overview(
    _ source: CircuitSource, _ inspection: Inspection, _ input: String
  ) throws -> String {
    guard let folder = source.folder else {
      throw Failure(
        "'--overview' draws a circuit folder, not a program", hint: "make one with raspc --siit FILE -o DIR")
    }
    let tokens = try InputText(input, name: "--overview").tokens(
      for: InputSpace(source.circuit, in: source.program.program.graph))
    let model: CircuitModel = source.meta?.training == nil ? .hl : .ll
    let places = try FileReader.json(AlignmentFile.self, folder.alignmentURL).nodes.flatMap { node in
      (model == .ll ? node.ll : [node.hl]).map { (node.variable, $0) }
    }
    return try Overview(
      program: source.program.source.program, inspection: inspection,
      tokenizer: Tokenizer(vocabulary: try folder.vocabulary().vocabulary),
      parameters: try folder.parameters(model), model: model, places: places
    )
    .drawing(on: tokens).file(Inspection.fonts)
  }

  /// How well the trained transformer of the folder holds the circuit.
  static func text(_ training: MetaFile.TrainingRecord) -> String {
    var table = TextTable(columns: [
      .init(head: "component"), .init(head: "IIA", alignsRight: true), .init(head: "SIIA", alignsRight: true),
    ])
    let components = Set(training.iia.keys).union(training.siia.keys)
    for component in components.sorted(by: { $0.hookName < $1.hookName }) {
      table.rows.append([
        component.hookName, training.iia[component].map { $0.map(Numbers.percent) ?? "untested" } ?? "",
        training.siia[component].map(Numbers.percent) ?? "",
      ])
    }
    return "\ntrained transformer: held-out accuracy \(Numbers.percent(training.accuracy)), "
      + "\(training.steps) steps, seed \(training.seed)\n" + table.text
  }
}
