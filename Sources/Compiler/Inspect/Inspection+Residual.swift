import Diagnostics
import Rendering
import Runtime
import Transformer

extension Inspection {
  /// The residual stream on one input, by direction and position, as it leaves the embedding and each
  /// half-layer, with each head's attention pattern. Directions that are zero everywhere are left out; after
  /// the embedding only those that have changed are shown.
  ///
  /// Throws ``Diagnostic`` for a token outside the vocabulary or an input that is too long.
  package func residual(_ input: [Value]) throws(Diagnostic) -> String {
    let ids = try compiled.tokenizer.encode(input)
    guard ids.count <= compiled.parameters.config.context else {
      throw Diagnostic(
        "the input has \(input.count) tokens, but the circuit reads at most "
          + "\(compiled.parameters.config.context - 1)")
    }
    let trace = ReferenceTransformer(compiled.parameters).run(ids)
    let columns = [compiled.tokenizer.bosName] + input.map(\.text)
    var lines: [String] = []
    var last: [[Double]]?
    func show(_ title: String, _ stream: [[Double]]) {
      let directions = compiled.residualLabels.indices.filter { direction in
        stream.indices.contains { position in
          abs(stream[position][direction] - (last?[position][direction] ?? 0)) > 1e-4
        }
      }
      lines += [lines.isEmpty ? title : "\n" + title]
      if directions.isEmpty {
        lines.append("  nothing changes")
      } else {
        let rows = directions.map { direction in
          ["  " + compiled.residualLabels[direction]] + stream.map { Self.short($0[direction]) }
        }
        lines += TextTable(rows: [[""] + columns] + rows).lines
      }
      last = stream
    }
    show("embedding", trace.residual[0])
    for layer in 0..<compiled.parameters.config.layers {
      for row in rows {
        for box in row {
          guard case .component(.head(layer, let head)) = box.place else { continue }
          lines.append("\nattention pattern of \(box.title) (\(box.lines.joined(separator: ", ")))")
          let pattern = trace.patterns[layer][head]
          let rows = pattern.enumerated().map { ["  " + columns[$0]] + $1.map(Self.short) }
          lines += TextTable(rows: [[""] + columns] + rows).lines
        }
      }
      show("after the attention of layer \(layer)", trace.middle[layer])
      show("after the MLP of layer \(layer)", trace.residual[layer + 1])
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Two decimals, without those that are zero; a dot for zero.
  private static func short(_ value: Double) -> String {
    let hundredths = (value * 100).rounded()
    if hundredths == 0 { return "." }
    if abs(hundredths) > 1e9 { return String(value) }
    let whole = Int(hundredths)
    let sign = whole < 0 ? "-" : ""
    let (units, rest) = abs(whole).quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(sign)\(units)" }
    return "\(sign)\(units)." + (rest < 10 ? "0" : "")
      + (rest % 10 == 0 && rest >= 10 ? "\(rest / 10)" : "\(rest)")
  }
}
