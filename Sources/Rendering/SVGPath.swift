/// Lines and curves in the order in which a pen draws them.
package struct SVGPath: Sendable {
  private(set) var data: String

  package init(from start: SVGDrawing.Point) { data = "M" + Self.text(start) }

  package mutating func line(to end: SVGDrawing.Point) { data += "L" + Self.text(end) }

  /// A cubic Bézier curve, which leaves its start towards one point and reaches its end from another.
  package mutating func curve(
    _ first: SVGDrawing.Point, _ second: SVGDrawing.Point, to end: SVGDrawing.Point
  ) {
    data += "C" + [first, second, end].map(Self.text).joined(separator: " ")
  }

  private static func text(_ point: SVGDrawing.Point) -> String {
    "\(SVGNumber(point.x)) \(SVGNumber(point.y))"
  }
}
