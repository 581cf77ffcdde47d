import Rendering
import Runtime

/// An attention pattern drawn with characters.
struct HeatMap {
  let pattern: AttentionPattern
  let tokens: [Value]
  /// Whether to use colours; otherwise, characters of increasing weight.
  let usesColor: Bool

  private static let shades: [Character] = [" ", "░", "▒", "▓", "█"]
  /// From black through red to white, in the terminal's 256 colours.
  private static let colors = [233, 52, 88, 124, 160, 202, 208, 220, 229]

  /// Rows are queries, columns keys; every cell two characters wide.
  var text: String {
    let labels = tokens.map(\.text)
    let width = labels.map(\.count).max() ?? 0
    let cell = max(2, width + 1)
    var title = pattern.selector
    if !pattern.readers.isEmpty { title += "  (read by \(pattern.readers.joined(separator: ", ")))" }
    var lines = [title]
    lines.append(String(repeating: " ", count: width + 3) + labels.map { $0.padded(to: cell) }.joined())
    for (label, row) in zip(labels, pattern.weights) {
      lines.append(" \(label.rightAligned(to: width)) |" + row.map { shade($0, cell) }.joined())
    }
    return lines.joined(separator: "\n")
  }

  private func shade(_ weight: Double, _ width: Int) -> String {
    if usesColor {
      let color = Self.colors[
        min(Self.colors.count - 1, Int((weight * Double(Self.colors.count - 1)).rounded()))]
      return "\u{1B}[48;5;\(color)m\(String(repeating: " ", count: width))\u{1B}[0m"
    }
    // Anything selected is visible, however little.
    let level = weight == 0 ? 0 : max(1, Int((weight * Double(Self.shades.count - 1)).rounded()))
    return String(repeating: Self.shades[level], count: width - 1) + " "
  }
}
