import Discovery
import Foundation
import Interchange
import Transformer

/// A layout of files that other programs read.
package enum ExportLayout: String, Sendable, CaseIterable {
  /// As InterpBench publishes models: `ll_model.pth`, `ll_model_cfg.pkl`, `edges.pkl`, `meta.json`.
  case interpbench
  /// The model in the same files, and the circuit as a graph of EAP-IG and MIB: `circuit.json`.
  case mib
  /// A state_dict that TransformerLens loads strictly, and its configuration: `model.pth`, `config.json`.
  case transformerLens = "transformer-lens"

  /// A file by its name.
  package struct File: Sendable {
    package var name: String
    package var data: Data
  }

  /// The files of a circuit; throws ``FileError``.
  ///
  /// - Parameter model: which of the folder's transformers
  package func files(_ folder: ArtifactFolder, _ model: CircuitModel) throws -> [File] {
    let parameters = try folder.parameters(model)
    let config = try FileReader.json(ModelConfigFile.self, folder.configURL(model))
    let edges = try FileReader.json(EdgesFile.self, folder.edgesURL)
    let weights = Data(TorchFile.encoded(parameters.stateDictionary))
    switch self {
    case .interpbench:
      return [
        File(name: "ll_model.pth", data: weights), File(name: "ll_model_cfg.pkl", data: try config.pickle()),
        File(name: "edges.pkl", data: edges.pickle(layers: model == .hl ? nil : parameters.config.layers)),
        File(name: "meta.json", data: try FileReader.data(folder.metaURL)),
      ]
    case .mib:
      guard let measured = edges.measured else {
        throw FileError(
          folder.edgesURL, "it has no edge effects for the graph; measure them with 'raspc eval'")
      }
      let graph = MIBGraph(measured, config: parameters.config)
      return [
        File(name: "ll_model.pth", data: weights), File(name: "ll_model_cfg.pkl", data: try config.pickle()),
        File(name: "circuit.json", data: try Self.json(graph)),
      ]
    case .transformerLens:
      return [File(name: "model.pth", data: weights), File(name: "config.json", data: try Self.json(config))]
    }
  }

  private static func json(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}

extension Parameters {
  /// The state_dict of a HookedTransformer: all weights, and the buffers that its attention has.
  var stateDictionary: PickleValue {
    var entries = layout.all.map { tensor in
      PickleValue.Entry(
        .string(tensor.name),
        .tensor(TorchTensor(shape: tensor.shape, elements: .float(Array(self[tensor])))))
    }
    let n = config.context
    // Lower triangular, also where attention is bidirectional and it is not used.
    let mask = (0..<n).flatMap { query in (0..<n).map { $0 <= query } }
    for layer in 0..<config.layers {
      entries += [
        .init(.string("blocks.\(layer).attn.mask"), .tensor(.init(shape: [n, n], elements: .bool(mask)))),
        .init(
          .string("blocks.\(layer).attn.IGNORE"), .tensor(.init(shape: [], elements: .float([-.infinity])))),
      ]
    }
    return .dictionary(entries)
  }
}

extension EdgesFile {
  /// The benchmark's edges as a list of pairs of names.
  ///
  /// - Parameter layers: of the trained transformer; nil for the compiled one's names
  func pickle(layers: Int?) -> Data {
    let edges = layers == nil ? compiled : edges
    return Data(
      PickleFile.encoded(.list(edges.map { .tuple($0.hookNames.map { .string($0) }) })))
  }
}

extension ModelConfigFile {
  /// The configuration as a dictionary in a pickle.
  func pickle() throws -> Data {
    let fields = try JSONDecoder().decode([String: Field].self, from: JSONEncoder().encode(self))
    return Data(
      PickleFile.encoded(
        .dictionary(fields.sorted { $0.key < $1.key }.map { .init(.string($0.key), $0.value.value) })))
  }

  private struct Field: Decodable {
    let value: PickleValue

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        value = .none
      } else if let flag = try? container.decode(Bool.self) {
        value = .bool(flag)
      } else if let number = try? container.decode(Int64.self) {
        value = .int(number)
      } else {
        value = .string(try container.decode(String.self))
      }
    }
  }
}
