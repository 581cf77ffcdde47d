import Foundation

/// A drawing as SVG, in classes that a style sheet colours.
public struct Figure: Sendable {
  public let width: Double
  public let height: Double
  /// What it shows, for those who cannot see it.
  public let title: String
  private var body = ""

  init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ name: String,
    radius: Double = 0
  ) {
    body +=
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
      + "height=\"\(Self.number(height))\" class=\"\(name)\"\(radius > 0 ? " rx=\"\(Self.number(radius))\"" : "")/>"
  }

  mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ name: String) {
    body +=
      "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"\(Self.number(radius))\" "
      + "class=\"\(name)\"/>"
  }

  mutating func line(_ points: [(Double, Double)], _ name: String) {
    let list = points.map { "\(Self.number($0.0)),\(Self.number($0.1))" }.joined(separator: " ")
    body += "<polyline points=\"\(list)\" class=\"\(name)\"/>"
  }

  /// A curve that leaves its start and reaches its end upwards.
  mutating func riser(_ from: (Double, Double), _ to: (Double, Double), _ name: String, tip: String? = nil) {
    let bend = max(18, (from.1 - to.1) * 0.45)
    let (a, b) = (from.1 - bend, to.1 + bend)
    body +=
      "<path d=\"M\(Self.number(from.0)) \(Self.number(from.1))C\(Self.number(from.0)) \(Self.number(a)) "
      + "\(Self.number(to.0)) \(Self.number(b)) \(Self.number(to.0)) \(Self.number(to.1))\" "
      + "class=\"\(name)\"\(tip.map { "><title>\(Self.escaped($0))</title></path>" } ?? "/>")"
  }

  /// - Parameter anchor: start, middle or end
  mutating func text(_ text: String, _ x: Double, _ y: Double, _ name: String = "", anchor: String = "start")
  {
    let anchor = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
    let name = name.isEmpty ? "" : " class=\"\(name)\""
    body +=
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\"\(anchor)\(name)>\(Self.escaped(text))</text>"
  }

  /// The drawing for a page that has the style sheet.
  public var inline: String {
    "<svg class=\"figure\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\" "
      + "aria-label=\"\(Self.escaped(title))\">\(body)</svg>"
  }

  /// The drawing as a file of its own.
  public var file: String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"figure\" width=\"\(Self.number(width))\" "
      + "height=\"\(Self.number(height))\" viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\">"
      + "<title>\(Self.escaped(title))</title><style>\(FigureStyle.sheet)</style>\(body)</svg>\n"
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// At most two decimals, and none that say nothing.
  private static func number(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
