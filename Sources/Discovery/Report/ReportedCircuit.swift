import Compiler
import Foundation
import Transformer

/// What a circuit's folder holds that a report shows.
public struct ReportedCircuit: Sendable {
  public let name: String
  /// The folder's name.
  public let folder: String
  public let meta: MetaFile
  public let evaluation: EvaluationFile?
  /// In the order of ``DiscoveryMethods/all``.
  public let discoveries: [DiscoveryFile]
  /// Of the transformer that was measured, or else of the trained one, or else of the compiled one.
  public let config: TransformerConfig

  /// Reads a folder; throws ``FileError`` where a file is not what it should be.
  public init(_ folder: ArtifactFolder) throws {
    meta = try folder.meta()
    name = meta.circuit.name
    self.folder = folder.url.lastPathComponent
    let hasEvaluation = folder.has(folder.evaluationURL)
    evaluation =
      hasEvaluation ? try FileReader.json(EvaluationFile.self, folder.evaluationURL) : nil
    discoveries = try DiscoveryMethods.all.compactMap { method in
      let url = folder.file(DiscoveryFile.name(method: method.name))
      return folder.has(url) ? try FileReader.json(DiscoveryFile.self, url) : nil
    }
    let measured = discoveries.first?.model ?? evaluation?.model
    let model = measured.flatMap(ArtifactFolder.Model.init(rawValue:)) ?? (meta.training == nil ? .hl : .ll)
    config = try FileReader.json(ModelConfigFile.self, folder.configURL(model)).config()
  }

  /// Its figures, under the names their files have.
  public var figures: [(file: String, caption: String, figure: Figure)] {
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
      let auroc = file.aurocEdges.map { ", AUROC " + Figure.decimals($0, 3) } ?? ""
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
