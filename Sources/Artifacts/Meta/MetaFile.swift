import Compiler

/// `meta.json`: what a folder's files were made from, and what came of it.
///
/// It is written last, so that a folder that has it is complete.
public struct MetaFile: Codable, Sendable {
  /// Raised when a folder of an earlier version can no longer be read.
  public static let currentFormat = 4

  public var format = Self.currentFormat
  /// The version of raspc that wrote the folder.
  public var raspc: String
  public var source: Source
  public var circuit: CircuitRecord
  public var compiler: CompilerRecord
  /// What is proved of the compiled transformer; nil where verification was switched off.
  public var certificate: Certificate?
  /// What was compared with the interpreter besides.
  public var verification: VerificationRecord?
  /// Nil where no transformer has been trained.
  public var training: TrainingRecord?

  public init(
    raspc: String, source: Source, circuit: CircuitRecord, compiler: CompilerRecord,
    certificate: Certificate? = nil, verification: VerificationRecord? = nil, training: TrainingRecord? = nil
  ) {
    self.raspc = raspc
    self.source = source
    self.circuit = circuit
    self.compiler = compiler
    self.certificate = certificate
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

  /// The circuit's declaration, as far as users of its transformers need it.
  public struct CircuitRecord: Codable, Sendable, Equatable {
    public var name: String
    public var about: String
    public var minLen: Int
    public var maxLen: Int
    public var causal: Bool
    /// The condition on its inputs; nil where all of the vocabulary belong to it.
    public var inputs: String?

    public init(
      name: String, about: String, minLen: Int, maxLen: Int, causal: Bool, inputs: String? = nil
    ) {
      self.name = name
      self.about = about
      self.minLen = minLen
      self.maxLen = maxLen
      self.causal = causal
      self.inputs = inputs
    }

    enum CodingKeys: String, CodingKey {
      case name, about, causal, inputs
      case minLen = "min_len"
      case maxLen = "max_len"
    }
  }

  /// The choices that the compiled transformer depends on.
  public struct CompilerRecord: Codable, Sendable, Equatable {
    public var version: Int
    public var fuse: Bool

    public init(fuse: Bool) {
      version = Compiler.version
      self.fuse = fuse
    }
  }

  /// What was compared with the interpreter.
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
    /// The version of the trainer.
    public var trainer: Int
    public var seed: UInt64
    /// The settings by name: the recipe's, with the program's and the command line's in their place.
    public var settings: [String: Setting]
    /// Held-out accuracy, a share from 0 to 1; so are all shares here.
    public var accuracy: Double
    /// By component of the trained transformer: of all positions or of the effective ones, whichever is less.
    /// Null for a component of the circuit that is untested.
    public var iia: [String: Double?]
    public var siia: [String: Double]
    /// How often training began, each time from other weights.
    public var attempts: Int
    /// Steps of all attempts.
    public var steps: Int
    public var seconds: Double
    /// Whether accuracy and the worst IIA and SIIA reached the target that the settings name.
    public var reached: Bool
    /// Whether the inputs it was measured on are none of those it was trained on.
    public var heldOutIsDisjoint: Bool
    /// What the shares were measured on.
    public var measure: Measure
    /// The results of a search for swaps that fail.
    public var worstCases: WorstCases
    public var weightNorms: WeightNorms

    /// What the shares were measured on: swaps between held-out inputs of any lengths, by any map of positions.
    public struct Measure: Codable, Sendable, Equatable {
      public var pairs: Int
      /// Effective positions that a node of the circuit needs to count as tested.
      public var needed: Int
      public var accuracy: NodeShare
      /// By component, and of random sets of the circuit's components.
      public var iia: [String: NodeShare]
      public var joint: NodeShare
      /// By component, of random halves of those outside the circuit, and of all of them at once.
      public var siia: [String: NodeShare]
      public var halves: NodeShare
      public var together: NodeShare
      /// The same as halves and together, with zeros in place of activations.
      public var zeroed: NodeShare
      /// Of edges that the circuit does not have, one at a time.
      public var edges: NodeShare
      /// Components of the circuit whose swaps hardly ever change the program's output.
      public var untested: [String]

      public init(
        pairs: Int, needed: Int, accuracy: NodeShare, iia: [String: NodeShare], joint: NodeShare,
        siia: [String: NodeShare], halves: NodeShare, together: NodeShare, zeroed: NodeShare,
        edges: NodeShare, untested: [String]
      ) {
        self.pairs = pairs
        self.needed = needed
        self.accuracy = accuracy
        self.iia = iia
        self.joint = joint
        self.siia = siia
        self.halves = halves
        self.together = together
        self.zeroed = zeroed
        self.edges = edges
        self.untested = untested
      }
    }

    /// Swaps that were climbed to from random ones, to make each component fail.
    public struct WorstCases: Codable, Sendable, Equatable {
      /// The number of swaps tried for each component.
      public var tries: Int
      /// How many of them have a wrong position, by component; components without any are left out.
      public var failures: [String: Int]

      public init(tries: Int, failures: [String: Int]) {
        self.tries = tries
        self.failures = failures
      }
    }

    /// How often one component, or several together, behaved as the program says.
    public struct NodeShare: Codable, Sendable, Equatable {
      /// Of all positions where the program has a value.
      public var share: Double
      /// Positions where the swap changes the program's output (for a component outside the circuit: where its output
      /// on the source is another), and the share of them that is right; null where there are none.
      public var effective: Int
      public var effectiveShare: Double?
      /// Of pairs of inputs, those right at every position, and the lower bound of that share among all pairs with 95%
      /// confidence (Clopper and Pearson).
      public var pairShare: Double
      public var pairsAtLeast: Double

      public init(
        share: Double, effective: Int, effectiveShare: Double?, pairShare: Double, pairsAtLeast: Double
      ) {
        self.share = share
        self.effective = effective
        self.effectiveShare = effectiveShare
        self.pairShare = pairShare
        self.pairsAtLeast = pairsAtLeast
      }

      /// The lesser of the shares of all positions and of the effective ones.
      public var worst: Double { min(share, effectiveShare ?? 1) }

      enum CodingKeys: String, CodingKey {
        case share, effective
        case effectiveShare = "effective_share"
        case pairShare = "pair_share"
        case pairsAtLeast = "pairs_at_least"
      }
    }

    /// The root of the mean square of components' weights, in this transformer and in one of the same size
    /// trained on behaviour alone.
    public struct WeightNorms: Codable, Sendable, Equatable {
      /// Over the components of the circuit, and those outside; nil where there are none.
      public var circuit: Double
      public var outside: Double?
      /// Over the same components of the naturally trained transformer.
      public var naturalCircuit: Double
      public var naturalOutside: Double?
      /// By hook name.
      public var components: [String: Double]
      public var naturalComponents: [String: Double]
      public var outsideToCircuit: Double?
      public var outsideToNatural: Double?

      public init(
        circuit: Double, outside: Double?, naturalCircuit: Double, naturalOutside: Double?,
        components: [String: Double], naturalComponents: [String: Double]
      ) {
        self.circuit = circuit
        self.outside = outside
        self.naturalCircuit = naturalCircuit
        self.naturalOutside = naturalOutside
        self.components = components
        self.naturalComponents = naturalComponents
        outsideToCircuit = outside.map { $0 / circuit }
        outsideToNatural = outside.flatMap { own in naturalOutside.map { own / $0 } }
      }

      enum CodingKeys: String, CodingKey {
        case circuit, outside, components
        case naturalCircuit = "natural_circuit"
        case naturalOutside = "natural_outside"
        case naturalComponents = "natural_components"
        case outsideToCircuit = "outside_to_circuit"
        case outsideToNatural = "outside_to_natural"
      }
    }

    public init(
      trainer: Int, seed: UInt64, settings: [String: Setting], accuracy: Double, iia: [String: Double?],
      siia: [String: Double], attempts: Int, steps: Int, seconds: Double, reached: Bool,
      heldOutIsDisjoint: Bool, measure: Measure, worstCases: WorstCases, weightNorms: WeightNorms
    ) {
      self.trainer = trainer
      self.seed = seed
      self.settings = settings
      self.accuracy = accuracy
      self.iia = iia
      self.siia = siia
      self.attempts = attempts
      self.steps = steps
      self.seconds = seconds
      self.reached = reached
      self.heldOutIsDisjoint = heldOutIsDisjoint
      self.measure = measure
      self.worstCases = worstCases
      self.weightNorms = weightNorms
    }

    /// The least share of any component, or of several together; 1 where there is none.
    public var worstIIA: Double { min(iia.values.compactMap(\.self).min() ?? 1, measure.joint.worst) }
    public var worstSIIA: Double {
      min(siia.values.min() ?? 1, measure.halves.worst, measure.together.worst)
    }

    enum CodingKeys: String, CodingKey {
      case trainer, seed, settings, accuracy, iia, siia, attempts, steps, seconds, reached, measure
      case worstCases = "worst_cases"
      case weightNorms = "weight_norms"
      case heldOutIsDisjoint = "held_out_is_disjoint"
    }
  }

  /// The value of a training setting.
  public enum Setting: Codable, Sendable, Equatable {
    case flag(Bool)
    case number(Double)

    public init(from decoder: Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else {
        self = .number(try container.decode(Double.self))
      }
    }

    public func encode(to encoder: Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .flag(let flag): try container.encode(flag)
      case .number(let number): try container.encode(number)
      }
    }
  }
}
