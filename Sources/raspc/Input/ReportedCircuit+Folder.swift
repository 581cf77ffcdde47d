import Artifacts
import Discovery
import Transformer

extension ReportedCircuit {
  /// Reads a folder; throws ``FileError`` if a file is not as expected.
  init(_ folder: ArtifactFolder) throws {
    let meta = try folder.meta()
    let edges = try FileReader.json(EdgesFile.self, folder.edgesURL)
    let hasEvaluation = folder.has(folder.evaluationURL)
    let evaluation =
      hasEvaluation ? try FileReader.json(EvaluationResult.self, folder.evaluationURL) : nil
    let files = try DiscoveryMethods.inOrder(folder.discoveredMethods).map { method in
      let url = folder.discoveryURL(method: method)
      let file = try FileReader.json(DiscoveryResult.self, url)
      guard file.method == method else {
        throw FileError(url, "it says that it is of '\(file.method)', not of '\(method)'")
      }
      return file
    }
    func config(_ model: CircuitModel?) throws -> TransformerConfig {
      try folder.config(model ?? (meta.training == nil ? .hl : .ll))
    }
    let discoveries = try files.map { file in
      guard let measured = edges.measured else {
        throw FileError(
          folder.edgesURL,
          "it has no edge effects to judge methods by; measure them with 'raspc eval' or 'raspc discover'"
        )
      }
      var file = file
      let truth = GroundTruth(
        causal: measured.causal, benchmark: edges.edges, graph: EdgeGraph(try config(file.model)))
      guard file.judge(by: truth) else {
        throw FileError(
          folder.discoveryURL(method: file.method),
          "its edges do not match the transformer in this folder; run 'raspc discover' again")
      }
      return file
    }
    self.init(
      name: meta.circuit.name, about: meta.circuit.about, folder: folder.url,
      training: meta.training.map {
        Training(
          accuracy: $0.accuracy, worstIIA: $0.worstIIA, worstSIIA: $0.worstSIIA, reached: $0.reached)
      },
      edges: edges.measured, evaluation: evaluation, discoveries: discoveries,
      config: try config(files.first?.model ?? evaluation?.model))
  }
}
