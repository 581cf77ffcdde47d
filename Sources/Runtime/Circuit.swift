import Diagnostics

/// A `circuit` block: one s-op of a program, and the inputs for which it is to become a transformer.
package struct Circuit: Sendable {
  /// The length of the longest sequences that a circuit may have.
  package static let maximumLength = 4096
  /// The largest number of tokens that a vocabulary may have.
  package static let maximumVocabulary = 50_000

  package var name: String
  package var about: String
  /// The tokens in the order in which they are written; a token's place is its id.
  package var vocabulary: [Value]
  /// Sequence lengths in tokens, not counting BOS.
  package var lengths: ClosedRange<Int>
  /// Whether a position attends only to itself and earlier positions.
  package var causal: Bool
  package var output: SOpID
  /// A per-sequence s-op each of whose values is equally frequent in training.
  package var balance: SOpID?
  /// True at every position of the inputs that belong to the circuit, evaluated without a mask; nil if all
  /// belong.
  package var domain: SOpID?
  /// Sizes of the trained transformer, if the program fixes them.
  package var model: ModelOverrides
  /// Training settings by name, as written in `siit = {...}`.
  package var training: [String: Value]
  /// The block, for diagnostics about the circuit as a whole.
  package var range: SourceRange?

  /// Sizes of the trained transformer that the program fixes; nil leaves a size to the default rule.
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
