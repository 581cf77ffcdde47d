import Runtime
import Transformer

extension Inspection {
  /// The circuit for a terminal.
  public var text: String {
    let circuit = compiled.circuit
    let config = compiled.parameters.config
    var lines = ["circuit \(circuit.name)"]
    if !circuit.about.isEmpty { lines.append("  \(circuit.about)") }
    lines.append("  tokens     " + Self.list(circuit.vocabulary, limit: 60))
    lines.append(
      "  length     \(circuit.lengths.lowerBound) to \(circuit.lengths.upperBound), "
        + (circuit.causal ? "causal" : "looking both ways"))
    lines.append(
      "  model      \(config.layers) layer\(config.layers == 1 ? "" : "s"), "
        + "\(config.heads) head\(config.heads == 1 ? "" : "s"), d_model \(config.dModel), d_head \(config.dHead), d_mlp \(config.dMLP), \(compiled.parameters.layout.count) parameters"
    )
    lines += ["", "variables"]
    lines += Self.table(
      compiled.variables.map { variable in
        [
          "  " + variable.name, variable.encoding.rawValue, variable.place, variable.reading,
          Self.list(variable.domain, limit: 40) + (variable.mayBeNone ? ", None" : ""),
        ]
      })
    if !compiled.constants.isEmpty {
      lines += ["", "constants, which are not computed"]
      lines += Self.table(compiled.constants.map { ["  " + $0.name, $0.value.quoted] })
    }
    lines += ["", "edges"]
    lines += Self.table(compiled.edges.map { ["  " + $0.from.hookName, "-> " + $0.to.hookName] })
    lines += ["", "residual stream"]
    let width = String(compiled.residualLabels.count - 1).count
    for (direction, label) in compiled.residualLabels.enumerated() {
      let number = String(direction)
      lines.append("  " + String(repeating: " ", count: width - number.count) + number + "  " + label)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Values in a row, cut where they are more than fit.
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

  /// Rows of cells with columns aligned.
  static func table(_ rows: [[String]]) -> [String] {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      return line
    }
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
