import Diagnostics

/// A `circuit` block: one s-op of a program, and the inputs for which it is to become a transformer.
package struct Circuit: Sendable {
  /// The longest sequences that a circuit may have.
  package static let maximumLength = 4096
  /// The most tokens that a vocabulary may have.
  package static let maximumVocabulary = 50_000

  package var name: String
  package var about: String
  /// The tokens, in the order written; their places are their ids.
  package var vocabulary: [Value]
  /// Sequence lengths in tokens, the BOS position not counted.
  package var lengths: ClosedRange<Int>
  /// Whether attention looks only at positions up to its own.
  package var causal: Bool
  package var output: SOpID
  /// A per-sequence s-op whose values training inputs show equally often.
  package var balance: SOpID?
  /// True at every position of the inputs that belong to the circuit, seen without a mask; nil where all do.
  package var domain: SOpID?
  /// Sizes of the trained transformer, where the program fixes them.
  package var model: ModelOverrides
  /// Training settings by name, as written in `siit = {...}`.
  package var training: [String: Value]
  /// The block, for diagnostics about the circuit as a whole.
  package var range: SourceRange?

  /// Sizes of the trained transformer that the program fixes; nil leaves one to the default rule.
  package struct ModelOverrides: Sendable, Hashable {
    package var layers: Int?
    package var heads: Int?
    package var dModel: Int?
    package var dHead: Int?
    package var dMLP: Int?
    package init(
      layers: Int? = nil, heads: Int? = nil, dModel: Int? = nil, dHead: Int? = nil, dMLP: Int? = nil
    ) {
      self.layers = layers
      self.heads = heads
      self.dModel = dModel
      self.dHead = dHead
      self.dMLP = dMLP
    }
  }

  package init(
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
