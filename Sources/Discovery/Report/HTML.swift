import Foundation

/// Pieces of a page.
enum HTML {
  static func escaped(_ text: String) -> String { Figure.escaped(text) }

  /// A share as a percentage, never rounded up, so that 100% is all.
  static func percent(_ share: Double?) -> String {
    guard let share else { return "–" }
    let hundredths = (share * 10_000).rounded(.down) / 100
    return hundredths == 100 ? "100%" : Figure.decimals(hundredths, 2) + "%"
  }

  static func pValue(_ p: Double) -> String {
    p < 0.001 ? String(format: "%.0e", p) : Figure.decimals(p, 3)
  }

  /// A table that scrolls by itself where the page is narrow.
  static func table(head: [String], rows: [[String]]) -> String {
    func cells(_ texts: [String], _ tag: String) -> String {
      "<tr>" + texts.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
    }
    return "<div class=\"scroll\"><table><thead>\(cells(head, "th"))</thead><tbody>"
      + rows.map { cells($0, "td") }.joined() + "</tbody></table></div>"
  }
}
