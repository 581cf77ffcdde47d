import Diagnostics

/// A `circuit` block: one s-op of a program, and the inputs for which it is to become a transformer.
public struct Circuit: Sendable {
  /// The longest sequences that a circuit may have.
  public static let maximumLength = 4096
  /// The most tokens that a vocabulary may have.
  public static let maximumVocabulary = 50_000

  public var name: String
  public var about: String
  /// The tokens, in the order written; their places are their ids.
  public var vocabulary: [Value]
  /// Sequence lengths in tokens, the BOS position not counted.
  public var lengths: ClosedRange<Int>
  /// Whether attention looks only at positions up to its own.
  public var causal: Bool
  public var output: SOpID
  /// A per-sequence s-op whose values training inputs show equally often.
  public var balance: SOpID?
  /// True at every position of the inputs that belong to the circuit, seen without a mask; nil where all do.
  public var domain: SOpID?
  /// Sizes of the trained transformer, where the program fixes them.
  public var model: ModelOverrides
  /// Training settings by name, as written in `siit = {...}`.
  public var training: [String: Value]
  /// The block, for diagnostics about the circuit as a whole.
  public var range: SourceRange?

  /// Sizes of the trained transformer that the program fixes; nil leaves one to the default rule.
  public struct ModelOverrides: Sendable, Hashable {
    public var layers: Int?
    public var heads: Int?
    public var dModel: Int?
    public var dHead: Int?
    public var dMLP: Int?
    public init(
      layers: Int? = nil, heads: Int? = nil, dModel: Int? = nil, dHead: Int? = nil, dMLP: Int? = nil
    ) {
      self.layers = layers
      self.heads = heads
      self.dModel = dModel
      self.dHead = dHead
      self.dMLP = dMLP
    }
  }

  public init(
    name: String, about: String = "", vocabulary: [Value], lengths: ClosedRange<Int>, causal: Bool,
    output: SOpID, balance: SOpID? = nil, domain: SOpID? = nil, model: ModelOverrides = ModelOverrides(),
    training: [String: Value] = [:], range: SourceRange? = nil
  ) {
    self.name = name
    self.about = about
    self.vocabulary = vocabulary
    self.lengths = lengths
    self.causal = causal
    self.output = output
    self.balance = balance
    self.domain = domain
    self.model = model
    self.training = training
    self.range = range
  }
}
