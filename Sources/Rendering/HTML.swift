/// A piece of a page, written as a string literal: interpolated text is escaped, interpolated pieces are not.
///
///     let item: HTML = "<li>\(name)</li>"
///     let list: HTML = "<ul>\(names.map { "<li>\($0)</li>" })</ul>"
package struct HTML: Sendable, ExpressibleByStringInterpolation {
  package let source: String

  /// - Parameter source: HTML, or anything else that a page may contain, such as SVG
  package init(raw source: String) { self.source = source }

  package init(stringLiteral source: String) { self.source = source }

  package init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    package init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { source += literal }

    package mutating func appendInterpolation(_ text: String) { source += Markup.escaped(text) }

    package mutating func appendInterpolation(_ piece: HTML) { source += piece.source }

    /// Pieces one after another.
    package mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { source += piece.source }
    }
  }
}
