import Artifacts
import Discovery
import Transformer

extension ArtifactFolder {
  /// A transformer that a command line names; if there is no trained one, the error says how to train one.
  ///
  /// - Throws: ``FileError``
  func named(_ model: CircuitModel) throws -> Parameters {
    try check()
    if model == .ll, !has(.ll) {
      throw FileError(url, "no trained transformer in this folder; train one with 'raspc --siit'")
    }
    return try parameters(model)
  }
}
