/// A drawing in SVG, made shape by shape; later ones lie on top.
package struct SVGDrawing: Sendable {
  package typealias Point = (x: Double, y: Double)

  package let width: Double
  package let height: Double
  /// A description for those who cannot see it.
  package let title: String
  private var elements: [String] = []

  package init(width: Double, height: Double, title: String) {
    self.width = width
    self.height = height
    self.title = title
  }

  package mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ style: SVGStyle, radius: Double = 0
  ) {
    let corners = radius > 0 ? " rx=\"\(SVGNumber(radius))\"" : ""
    elements.append(
      "<rect x=\"\(SVGNumber(x))\" y=\"\(SVGNumber(y))\" width=\"\(SVGNumber(width))\" "
        + "height=\"\(SVGNumber(height))\"\(style)\(corners)/>")
  }

  package mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: SVGStyle) {
    elements.append(
      "<circle cx=\"\(SVGNumber(x))\" cy=\"\(SVGNumber(y))\" r=\"\(SVGNumber(radius))\"\(style)/>")
  }

  package mutating func line(_ points: [Point], _ style: SVGStyle) {
    let list = points.map { "\(SVGNumber($0.x)),\(SVGNumber($0.y))" }.joined(separator: " ")
    elements.append("<polyline points=\"\(list)\"\(style)/>")
  }

  /// - Parameter tip: what to show when the pointer rests on the path
  package mutating func path(_ path: SVGPath, _ style: SVGStyle, tip: String? = nil) {
    let end = tip.map { "><title>\(Markup.escaped($0))</title></path>" } ?? "/>"
    elements.append("<path d=\"\(path.data)\"\(style)\(end)")
  }

  package enum Anchor: String, Sendable { case start, middle, end }

  package mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ style: SVGStyle = SVGStyle(), anchor: Anchor = .start
  ) {
    let anchor = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    elements.append(
      "<text x=\"\(SVGNumber(x))\" y=\"\(SVGNumber(y))\"\(anchor)\(style)>\(Markup.escaped(text))</text>")
  }

  /// Makes an arrowhead that a path's ``SVGStyle/init(fill:stroke:strokeWidth:fontFamily:fontSize:markerEnd:)`` names.
  package mutating func arrowhead(_ name: String, fill: String) {
    elements.append(
      "<defs><marker id=\"\(name)\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
        + "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"\(fill)\"/></marker></defs>")
  }

  /// Puts another drawing on this one.
  ///
  /// - Parameter corner: where its upper left corner goes
  package mutating func embed(_ other: SVGDrawing, at corner: Point, _ style: SVGStyle) {
    elements.append(
      "<svg\(style) x=\"\(SVGNumber(corner.x))\" y=\"\(SVGNumber(corner.y))\" width=\"\(SVGNumber(other.width))\" "
        + "height=\"\(SVGNumber(other.height))\" viewBox=\"\(other.viewBox)\">\n\(other.body)</svg>")
  }

  /// The drawing as a part of a page.
  package func inline(_ style: SVGStyle) -> String {
    "<svg\(style) viewBox=\"\(viewBox)\" role=\"img\" aria-label=\"\(Markup.escaped(title))\">\n\(body)</svg>"
  }

  /// The drawing as a file of its own.
  ///
  /// - Parameter sheet: the style sheet of its shapes' classes
  package func file(_ style: SVGStyle, sheet: String? = nil) -> String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\"\(style) width=\"\(SVGNumber(width))\" "
      + "height=\"\(SVGNumber(height))\" viewBox=\"\(viewBox)\">\n"
      + "<title>\(Markup.escaped(title))</title>\n\(sheet.map { "<style>\($0)</style>\n" } ?? "")\(body)</svg>\n"
  }

  private var viewBox: String { "0 0 \(SVGNumber(width)) \(SVGNumber(height))" }
  private var body: String { elements.map { $0 + "\n" }.joined() }
}
