/// A table as text for people and as CSV.
package struct TextTable: Sendable {
  /// One column: its head, and how its cells are aligned.
  package struct Column: Sendable {
    package var head: String
    package var alignsRight: Bool

    package init(head: String = "", alignsRight: Bool = false) {
      self.head = head
      self.alignsRight = alignsRight
    }
  }

  package var columns: [Column]
  package var rows: [[String]]
  private let hasHead: Bool

  /// A table with a head.
  package init(columns: [Column], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
    hasHead = true
  }

  /// Rows without a head.
  ///
  /// - Parameter alignsRight: indices of right-aligned columns
  package init(rows: [[String]], alignsRight: Set<Int> = []) {
    let count = rows.map(\.count).max() ?? 0
    columns = (0..<count).map { Column(alignsRight: alignsRight.contains($0)) }
    self.rows = rows
    hasHead = false
  }

  /// Columns padded with spaces to the width of their longest cell.
  package var lines: [String] {
    let widths = columns.indices.map { index in
      (rows.map { $0[index].count } + [columns[index].head.count]).max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var line = cells.indices.map { index in
        columns[index].alignsRight
          ? cells[index].rightAligned(to: widths[index]) : cells[index].padded(to: widths[index])
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
    guard hasHead else { return rows.map(line) }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    return [line(columns.map(\.head)), rule] + rows.map(line)
  }

  package var text: String { lines.map { $0 + "\n" }.joined() }

  /// Comma-separated values as in RFC 4180, with `\n` line ends.
  package var csv: String {
    ((hasHead ? [columns.map(\.head)] : []) + rows).map { row in
      row.map(Self.csvField).joined(separator: ",") + "\n"
    }.joined()
  }

  private static func csvField(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
