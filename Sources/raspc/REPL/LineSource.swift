/// Where the REPL's lines come from.
protocol LineSource {
  /// The next line, without its line break; nil at the end of the input.
  ///
  /// - Parameter complete: names and commands that can continue the word before the cursor.
  mutating func next(prompt: String, complete: @escaping (String) -> [String]) -> LineInput
}

/// The result of asking for a line.
enum LineInput {
  case line(String)
  /// The user cancelled the line (Ctrl-C).
  case interrupted
  case end
}

/// A script on standard input.
struct ScriptLines: LineSource {
  mutating func next(prompt: String, complete: @escaping (String) -> [String]) -> LineInput {
    readLine(strippingNewline: true).map { .line($0) } ?? .end
  }
}
