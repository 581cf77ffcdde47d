import Discovery
import Foundation
import Transformer

extension ArtifactFolder {
  /// A transformer's sizes; throws ``FileError``.
  package func config(_ model: CircuitModel) throws -> TransformerConfig {
    try understanding(configURL(model)) {
      try FileReader.json(ModelConfigFile.self, configURL(model)).config()
    }
  }

  /// Reads a transformer; throws ``FileError``.
  package func parameters(_ model: CircuitModel) throws -> Parameters {
    try check()
    guard has(model) else { throw FileError(url, "no \(model.title) transformer in this folder") }
    let config = try config(model)
    return try understanding(weightsURL(model)) {
      try Parameters(Safetensors(decoding: FileReader.data(weightsURL(model))), config: config)
    }
  }

  /// The behaviour-only baseline; nil if there is none of these sizes.
  package func natural(_ wanted: TransformerConfig) throws -> Parameters? {
    guard has(.natural), try config(.natural) == wanted else { return nil }
    return try parameters(.natural)
  }

  /// Writes a transformer's two files.
  ///
  /// - Parameter name: the circuit's
  package func write(_ parameters: Parameters, as model: CircuitModel, name: String) throws {
    let name = model == .natural ? name + "_natural" : name
    try AtomicFile.writeJSON(ModelConfigFile(parameters.config, name: name), to: configURL(model))
    try AtomicFile.write(parameters.safetensors.encoded(), to: weightsURL(model))
  }

  /// Gives errors about a file's contents the file's name.
  private func understanding<Result>(_ url: URL, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(url, FileError.reason(error))
    }
  }
}

extension CircuitModel {
  fileprivate var title: String {
    switch self {
    case .hl: "compiled"
    case .ll: "trained"
    case .natural: "behaviour-only"
    }
  }
}
