/// Which of a circuit's transformers; the raw values are what files and options call them.
package enum CircuitModel: String, Sendable {
  /// The compiled ("high-level") one.
  case hl
  /// The trained ("low-level") one.
  case ll
  /// One of the trained one's size that was trained on behaviour alone.
  case natural
}
