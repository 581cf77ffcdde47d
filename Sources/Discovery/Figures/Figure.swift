import Rendering

/// A drawing that uses the classes of ``FigureStyle``.
package typealias Figure = SVGDrawing

extension Figure {
  /// The drawing for a page that has the style sheet.
  package var inline: String { inline("figure") }

  /// The drawing as a file of its own.
  package var file: String { file("figure", sheet: FigureStyle.sheet) }
}
