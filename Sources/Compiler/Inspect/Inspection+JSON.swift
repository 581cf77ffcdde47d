import Foundation
import Runtime
import Transformer

extension Inspection {
  /// The circuit as one JSON object: sizes, variables with their places, edges and residual labels.
  package var json: String {
    let circuit = compiled.circuit
    let config = compiled.parameters.config
    let variables = compiled.variables.map { variable in
      Self.object([
        ("name", Self.string(variable.name)),
        ("encoding", Self.string(variable.encoding.rawValue)),
        ("values", Value.json(variable.domain)),
        ("may_be_none", variable.mayBeNone ? "true" : "false"),
        ("components", Self.array(variable.components.map { Self.string($0.hookName) })),
        ("units", variable.units.map { "[\($0.lowerBound), \($0.upperBound)]" } ?? "null"),
        ("reads", variable.json),
        ("direction", String(variable.firstDirection)),
        ("none_direction", variable.noneDirection.map { String($0) } ?? "null"),
      ])
    }
    func edges(_ list: [CircuitEdge]) -> String {
      Self.array(list.map { Self.array([Self.string($0.from.hookName), Self.string($0.to.hookName)]) })
    }
    let members: [(String, String)] = [
      ("circuit", Self.string(circuit.name)),
      ("about", Self.string(circuit.about)),
      ("vocab", Value.json(circuit.vocabulary)),
      ("min_len", String(circuit.lengths.lowerBound)),
      ("max_len", String(circuit.lengths.upperBound)),
      ("causal", circuit.causal ? "true" : "false"),
      (
        "model",
        Self.object([
          ("n_layers", String(config.layers)), ("n_heads", String(config.heads)),
          ("d_model", String(config.dModel)), ("d_head", String(config.dHead)),
          ("d_mlp", String(config.dMLP)), ("n_ctx", String(config.context)),
          ("d_vocab", String(config.vocabulary)), ("d_vocab_out", String(config.outputs)),
        ])
      ),
      ("variables", "[\n    " + variables.joined(separator: ",\n    ") + "\n  ]"),
      (
        "constants",
        Self.array(
          compiled.constants.map {
            Self.object([("name", Self.string($0.name)), ("value", $0.value.json)])
          })
      ),
      ("edges", edges(compiled.edges)),
      ("dataflow", edges(compiled.dataflow)),
      ("residual", Self.array(compiled.residualLabels.map(Self.string))),
    ]
    return "{\n" + members.map { "  \(Self.string($0.0)): \($0.1)" }.joined(separator: ",\n") + "\n}\n"
  }

  static func string(_ text: String) -> String { Value.string(text).json }

  private static func array(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

  fileprivate static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(string($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
  }

  fileprivate static func names(_ names: [String]) -> String { array(names.map(string)) }
}

extension CircuitVariable {
  /// What it reads, by the input of the component that reads it.
  fileprivate var json: String {
    switch source {
    case .tokens, .indices: "{}"
    case .map(let reads): Inspection.object([("mlp", Inspection.names(reads))])
    case .aggregate(let queries, let keys, let values):
      Inspection.object([
        ("q", Inspection.names(queries)), ("k", Inspection.names(keys)), ("v", Inspection.names(values)),
      ])
    case .selectorWidth(let queries, let keys):
      Inspection.object([("q", Inspection.names(queries)), ("k", Inspection.names(keys))])
    }
  }
}
