/// One of a circuit's transformers; the raw values are its names in files and options.
package enum CircuitModel: String, Sendable {
  /// The compiled ("high-level") one.
  case hl
  /// The trained ("low-level") one.
  case ll
  /// The baseline: of the trained one's size, but trained on behaviour alone.
  case natural
}
