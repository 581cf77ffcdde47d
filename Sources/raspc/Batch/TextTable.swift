import Compiler

/// A table with a head, as text for people and as CSV.
struct TextTable {
  /// One column: its head, and on which side its cells stand.
  struct Column {
    var head: String
    var alignsRight = false
  }

  var columns: [Column]
  var rows: [[String]] = []

  /// Columns padded with spaces to the width of their longest cell.
  var text: String {
    let widths = columns.indices.map { index in
      (rows.map { $0[index].count } + [columns[index].head.count]).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var line = cells.indices.map { index in
        let padding = String(repeating: " ", count: widths[index] - cells[index].count)
        return columns[index].alignsRight ? padding + cells[index] : cells[index] + padding
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return ([line(columns.map(\.head)), rule] + rows.map(line)).map { $0 + "\n" }.joined()
  }

  /// Comma-separated values after RFC 4180, with `\n` line ends.
  var csv: String {
    ([columns.map(\.head)] + rows).map { row in
      row.map(Self.csvField).joined(separator: ",") + "\n"
    }.joined()
  }

  private static func csvField(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
