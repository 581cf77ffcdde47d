import Artifacts
import Foundation
import Transformer

/// The files of the behaviour-only baseline, a transformer of the same size as the trained one.
extension ArtifactFolder {
  /// Its weights; nil if there are none of this size.
  func natural(_ wanted: TransformerConfig) throws -> Parameters? {
    guard has(naturalWeightsURL), has(naturalConfigURL) else { return nil }
    let config = try FileReader.json(ModelConfigFile.self, naturalConfigURL).config()
    guard config == wanted else { return nil }
    return try Parameters(Safetensors(decoding: FileReader.data(naturalWeightsURL)), config: config)
  }

  /// Writes its weights and sizes.
  func write(natural parameters: Parameters, name: String) throws {
    try AtomicFile.write(parameters.safetensors.encoded(), to: naturalWeightsURL)
    try AtomicFile.writeJSON(
      ModelConfigFile(parameters.config, name: "\(name)_natural"), to: naturalConfigURL)
  }
}
