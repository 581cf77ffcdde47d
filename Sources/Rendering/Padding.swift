extension String {
  /// The text, followed by spaces up to a width.
  package func padded(to width: Int) -> String { self + spaces(upTo: width) }

  /// The text, preceded by spaces up to a width.
  package func rightAligned(to width: Int) -> String { spaces(upTo: width) + self }

  private func spaces(upTo width: Int) -> String { String(repeating: " ", count: max(0, width - count)) }
}
