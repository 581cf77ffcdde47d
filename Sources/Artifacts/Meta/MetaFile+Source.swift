extension MetaFile {
  /// The program's text, and what the command line declared besides.
  package struct Source: Codable, Sendable, Equatable {
    /// The program file as the user named it.
    package var path: String
    package var program: String
    /// The texts of the files it loads, by name.
    package var loaded: [String: String]
    /// A circuit that no block declares but the command line.
    package var declaration: Declaration?

    package init(
      path: String, program: String, loaded: [String: String] = [:], declaration: Declaration? = nil
    ) {
      self.path = path
      self.program = program
      self.loaded = loaded
      self.declaration = declaration
    }

    /// Whether the two stand for the same program, wherever its file lies.
    package func hasSameContent(as other: Source) -> Bool {
      Self.isSame(program, other.program) && declaration == other.declaration
        && Self.isSame(declaration?.vocab ?? "", other.declaration?.vocab ?? "")
        && loaded.count == other.loaded.count
        && loaded.allSatisfy { name, text in other.loaded[name].map { Self.isSame(text, $0) } ?? false }
    }

    package static func == (a: Source, b: Source) -> Bool { a.path == b.path && a.hasSameContent(as: b) }

    /// Whether two texts are the same program: to `==`, two spellings of an é are one.
    private static func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
  }

  /// A circuit as options declare it.
  package struct Declaration: Codable, Sendable, Equatable {
    package var output: String
    /// A JSON array.
    package var vocab: String
    package var minLen: Int
    package var maxLen: Int
    package var causal: Bool

    package init(output: String, vocab: String, minLen: Int, maxLen: Int, causal: Bool) {
      self.output = output
      self.vocab = vocab
      self.minLen = minLen
      self.maxLen = maxLen
      self.causal = causal
    }

    enum CodingKeys: String, CodingKey {
      case output, vocab, causal
      case minLen = "min_len"
      case maxLen = "max_len"
    }
  }
}
