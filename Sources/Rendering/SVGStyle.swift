/// How a shape looks: classes of a style sheet, given as a literal, or colours and fonts of its own.
package struct SVGStyle: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
  /// Attributes, each after a space.
  package let description: String

  /// - Parameter classes: their names, separated by spaces
  package init(stringLiteral classes: String) { description = " class=\"\(classes)\"" }

  /// - Parameter markerEnd: the name of an arrowhead
  package init(
    fill: String? = nil, stroke: String? = nil, strokeWidth: Double? = nil, fontFamily: String? = nil,
    fontSize: Double? = nil, markerEnd: String? = nil
  ) {
    let attributes: [(name: String, value: String?)] = [
      ("fill", fill), ("stroke", stroke), ("stroke-width", strokeWidth.map { "\(SVGNumber($0))" }),
      ("font-family", fontFamily), ("font-size", fontSize.map { "\(SVGNumber($0))" }),
      ("marker-end", markerEnd.map { "url(#\($0))" }),
    ]
    description = attributes.map { name, value in value.map { " \(name)=\"\($0)\"" } ?? "" }.joined()
  }
}
