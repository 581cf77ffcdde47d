/// What HTML and SVG have in common.
enum Markup {
  /// A text as it stands between tags or in an attribute's quotes.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
