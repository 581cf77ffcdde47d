import Testing

/// A table as commands print it: a head, a rule, and rows whose cells stand under the rule's pieces.
struct PrintedTable {
  let head: [String]
  let rows: [[String]]

  /// The first table in some text.
  init(_ text: String) throws {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Array.init)
    let place = try #require(
      lines.firstIndex { $0.first == "-" && $0.allSatisfy { "- ".contains($0) } }, "no table in \(text)")
    try #require(place > 0)
    let rule = lines[place]
    let columns = rule.indices.filter { rule[$0] == "-" && ($0 == 0 || rule[$0 - 1] == " ") }.map { start in
      start..<(rule[start...].firstIndex(of: " ") ?? rule.count)
    }
    func cells(_ line: [Character]) -> [String] {
      columns.map { column in
        String(line.dropFirst(column.lowerBound).prefix(column.count)).trimmed
      }
    }
    head = cells(lines[place - 1])
    rows = lines[(place + 1)...].prefix { !$0.isEmpty }.map(cells)
  }

  /// A row's cells by the heads of their columns.
  func row(_ first: String) throws -> [String: String] {
    let row = try #require(rows.first { $0[0] == first }, "no row '\(first)' in \(rows)")
    return Dictionary(uniqueKeysWithValues: zip(head, row))
  }
}

extension String {
  /// Without spaces at either end.
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
