import Rendering
import Runtime
import Transformer

extension Inspection {
  /// The circuit for a terminal.
  package var text: String {
    let circuit = compiled.circuit
    let config = compiled.parameters.config
    var lines = ["circuit \(circuit.name)"]
    if !circuit.about.isEmpty { lines.append("  \(circuit.about)") }
    lines.append("  tokens     " + Self.list(circuit.vocabulary, limit: 60))
    lines.append(
      "  length     \(circuit.lengths.lowerBound) to \(circuit.lengths.upperBound), "
        + (circuit.causal ? "causal" : "bidirectional"))
    lines.append(
      "  model      \(config.sizes), \(counted(compiled.parameters.layout.count, "parameter"))")
    lines += ["", "variables"]
    let variables = compiled.variables.map { variable in
      [
        "  " + variable.name, variable.encoding.rawValue, variable.place, variable.reading,
        Self.list(variable.domain, limit: 40) + (variable.mayBeNone ? ", None" : ""),
      ]
    }
    lines += TextTable(rows: variables).lines
    if !compiled.constants.isEmpty {
      lines += ["", "constants, which are not computed"]
      lines += TextTable(rows: compiled.constants.map { ["  " + $0.name, $0.value.quoted] }).lines
    }
    lines += ["", "edges"]
    lines += TextTable(rows: compiled.edges.map { ["  " + $0.from.hookName, "-> " + $0.to.hookName] }).lines
    lines += ["", "residual stream"]
    let directions = compiled.residualLabels.enumerated().map { ["\($0)", $1] }
    lines += TextTable(rows: directions, alignsRight: [0]).lines.map { "  " + $0 }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Values in a row, cut off if there are too many.
  static func list(_ values: [Value], limit: Int) -> String {
    if values.isEmpty { return "any number" }
    var result = ""
    for (place, value) in values.enumerated() {
      let next = (place == 0 ? "" : ", ") + value.quoted
      if result.count + next.count > limit { return result + ", ... (\(values.count))" }
      result += next
    }
    return result
  }
}

extension CircuitVariable {
  /// The components that hold it.
  var place: String {
    switch source {
    case .tokens: return "embed"
    case .indices: return "pos_embed"
    default: break
    }
    return components.map { component in
      switch component {
      case .head(let layer, let head): "layer \(layer) head \(head)"
      case .mlp(let layer):
        "layer \(layer) MLP"
          + (units.map { $0.isEmpty ? "" : " [\($0.lowerBound)-\($0.upperBound - 1)]" } ?? "")
      }
    }.joined(separator: ", ")
  }

  /// What it reads.
  var reading: String {
    func list(_ names: [String]) -> String { names.isEmpty ? "-" : names.joined(separator: ", ") }
    switch source {
    case .tokens, .indices: return "input"
    case .map(let names): return names.isEmpty ? "constant" : "map of " + list(names)
    case .aggregate(let queries, let keys, let values):
      return "q \(list(queries)); k \(list(keys)); v \(list(values))"
    case .selectorWidth(let queries, let keys): return "width: q \(list(queries)); k \(list(keys))"
    }
  }
}
