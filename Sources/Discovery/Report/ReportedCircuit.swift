import Artifacts
import Foundation
import Rendering
import Transformer

/// What a report shows about a circuit folder.
public struct ReportedCircuit: Sendable {
  public let name: String
  public let folder: URL
  /// The ground truth, with the effects of edges if they have been measured.
  public let edges: EdgesFile
  public let meta: MetaFile
  public let evaluation: EvaluationFile?
  /// In the order of ``DiscoveryMethods/all``; judged by the current ground truth, not by what the files say.
  public let discoveries: [DiscoveryFile]
  /// The sizes of the transformer that was measured, or else of the trained one, or else of the compiled one.
  public let config: TransformerConfig

  /// Reads a folder; throws ``FileError`` if a file is not as expected.
  public init(_ folder: ArtifactFolder) throws {
    let meta = try folder.meta()
    let edges = try FileReader.json(EdgesFile.self, folder.edgesURL)
    let hasEvaluation = folder.has(folder.evaluationURL)
    let evaluation =
      hasEvaluation ? try FileReader.json(EvaluationFile.self, folder.evaluationURL) : nil
    let files = try DiscoveryMethods.all.compactMap { method in
      let url = folder.file(DiscoveryFile.name(method: method.name))
      return folder.has(url) ? try FileReader.json(DiscoveryFile.self, url) : nil
    }
    func sizes(_ model: String?) throws -> TransformerConfig {
      let model = model.flatMap(ArtifactFolder.Model.init(rawValue:)) ?? (meta.training == nil ? .hl : .ll)
      return try FileReader.json(ModelConfigFile.self, folder.configURL(model)).config()
    }
    config = try sizes(files.first?.model ?? evaluation?.model)
    discoveries = try files.map { file in
      var file = file
      guard let truth = GroundTruth(edges, graph: EdgeGraph(try sizes(file.model))) else {
        throw FileError(
          folder.edgesURL,
          "it has no edge effects to judge methods by; measure them with 'raspc eval' or 'raspc discover'"
        )
      }
      guard file.judge(by: truth) else {
        throw FileError(
          folder.file(DiscoveryFile.name(method: file.method)),
          "its edges do not match the transformer in this folder; run 'raspc discover' again")
      }
      return file
    }
    self.meta = meta
    self.edges = edges
    self.evaluation = evaluation
    name = meta.circuit.name
    self.folder = folder.url
  }

  /// Its figures, with their file names.
  package var figures: [(file: String, caption: String, figure: Figure)] {
    var figures: [(file: String, caption: String, figure: Figure)] = []
    let curves = discoveries.compactMap { file in file.edgeCurve.map { (name: file.method, curve: $0) } }
    if !curves.isEmpty {
      figures.append(("roc.svg", "ROC over edges", .roc(curves, title: "ROC over the edges of \(name)")))
    }
    if let evaluation {
      figures.append(
        (
          "effects.svg", "Effect of ablating each node",
          .effects(evaluation, title: "Node effects of \(name)")
        ))
    }
    for file in discoveries {
      let auroc = file.aurocEdges.map { ", AUROC " + Numbers.decimals($0, 3) } ?? ""
      figures.append(
        (
          "circuit-\(file.method).svg", "Edges found by \(file.method)\(auroc)",
          .circuit(
            file.edges, layers: config.layers, heads: config.heads, isDiscovery: true,
            title: "Edges of \(name) that \(file.method) found")
        ))
    }
    if let evaluation, !evaluation.weights.isEmpty {
      figures.append(
        (
          "weights.svg", "Share of weights by value",
          .weights(evaluation.weights, title: "Weights of \(name)")
        ))
    }
    return figures
  }
}
