extension MetaFile {
  /// The program's text, and what the command line declared besides.
  public struct Source: Codable, Sendable, Equatable {
    /// The program file as the user named it.
    public var path: String
    public var program: String
    /// The texts of the files it loads, by name.
    public var loaded: [String: String]
    /// A circuit that no block declares but the command line.
    public var declaration: Declaration?

    public init(
      path: String, program: String, loaded: [String: String] = [:], declaration: Declaration? = nil
    ) {
      self.path = path
      self.program = program
      self.loaded = loaded
      self.declaration = declaration
    }

    /// Whether the two stand for the same program, wherever its file lies.
    public func hasSameContent(as other: Source) -> Bool {
      Self.isSame(program, other.program) && declaration == other.declaration
        && Self.isSame(declaration?.vocab ?? "", other.declaration?.vocab ?? "")
        && loaded.count == other.loaded.count
        && loaded.allSatisfy { name, text in other.loaded[name].map { Self.isSame(text, $0) } ?? false }
    }

    public static func == (a: Source, b: Source) -> Bool { a.path == b.path && a.hasSameContent(as: b) }

    /// Whether two texts are the same program: to `==`, two spellings of an é are one.
    private static func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
  }

  /// A circuit as options declare it.
  public struct Declaration: Codable, Sendable, Equatable {
    public var output: String
    /// A JSON array.
    public var vocab: String
    public var minLen: Int
    public var maxLen: Int
    public var causal: Bool

    public init(output: String, vocab: String, minLen: Int, maxLen: Int, causal: Bool) {
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
