/// `meta.json`: what a folder's files were made from, and what came of it.
///
/// It is written last, so that a folder that has it is complete.
public struct MetaFile: Codable, Sendable {
  /// Raised when a folder of an earlier version can no longer be read.
  public static let currentFormat = 1

  public var format = Self.currentFormat
  /// The version of raspc that wrote the folder.
  public var raspc: String
  public var source: Source
  public var circuit: CircuitRecord
  public var compiler: CompilerRecord
  /// Nil where translation validation was switched off.
  public var verification: VerificationRecord?
  /// Nil where no transformer has been trained.
  public var training: TrainingRecord?

  public init(
    raspc: String, source: Source, circuit: CircuitRecord, compiler: CompilerRecord,
    verification: VerificationRecord? = nil, training: TrainingRecord? = nil
  ) {
    self.raspc = raspc
    self.source = source
    self.circuit = circuit
    self.compiler = compiler
    self.verification = verification
    self.training = training
  }

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
      program == other.program && loaded == other.loaded && declaration == other.declaration
    }
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

  /// The circuit's declaration, as far as users of its transformers need it.
  public struct CircuitRecord: Codable, Sendable, Equatable {
    public var name: String
    public var about: String
    public var minLen: Int
    public var maxLen: Int
    public var causal: Bool

    public init(name: String, about: String, minLen: Int, maxLen: Int, causal: Bool) {
      self.name = name
      self.about = about
      self.minLen = minLen
      self.maxLen = maxLen
      self.causal = causal
    }

    enum CodingKeys: String, CodingKey {
      case name, about, causal
      case minLen = "min_len"
      case maxLen = "max_len"
    }
  }

  /// The choices that the compiled transformer depends on.
  public struct CompilerRecord: Codable, Sendable, Equatable {
    public var fuse: Bool

    public init(fuse: Bool) { self.fuse = fuse }
  }

  /// What translation validation compared.
  public struct VerificationRecord: Codable, Sendable, Equatable {
    public var inputs: Int
    public var positions: Int
    public var exhaustive: Bool

    public init(inputs: Int, positions: Int, exhaustive: Bool) {
      self.inputs = inputs
      self.positions = positions
      self.exhaustive = exhaustive
    }
  }

  /// The trained transformer: what it was trained with, and how well it holds the circuit.
  public struct TrainingRecord: Codable, Sendable, Equatable {
    public var seed: UInt64
    /// The settings by name, those of the recipe and those of the program and the command line.
    public var settings: [String: Double]
    /// Held-out accuracy, a share from 0 to 1; so are all shares here.
    public var accuracy: Double
    /// By component of the trained transformer.
    public var iia: [String: Double]
    public var siia: [String: Double]
    public var steps: Int
    public var seconds: Double
    /// Whether accuracy and the worst IIA and SIIA reached the mark that the settings name.
    public var reached: Bool

    public init(
      seed: UInt64, settings: [String: Double], accuracy: Double, iia: [String: Double],
      siia: [String: Double], steps: Int, seconds: Double, reached: Bool
    ) {
      self.seed = seed
      self.settings = settings
      self.accuracy = accuracy
      self.iia = iia
      self.siia = siia
      self.steps = steps
      self.seconds = seconds
      self.reached = reached
    }
  }
}
