/// `eval.json`: how well a transformer holds its circuit, and how natural its weights are.
public struct EvaluationFile: Codable, Sendable {
  /// The effect of ablating one head or MLP.
  public struct NodeEffect: Codable, Sendable {
    /// The component's hook name.
    public var node: String
    /// The hook name of its output in the residual stream, as in edges and in `discover-METHOD.json`.
    public var source: String
    public var inCircuit: Bool
    /// Among the positions at which the program's output differs from that at the position of the other input
    /// given by the pair's map, the share at which taking the node's activation from there makes the output
    /// wrong; null if there are no such positions.
    public var resample: Double?
    /// Among the positions at which the transformer is right, the share that is wrong with the node's
    /// activation at its mean over inputs and positions, or at zero.
    public var mean: Double?
    public var zero: Double?
    /// Divergences from the clean outputs, relative to that of the corrupted inputs' outputs.
    public var resampleDivergence: Double
    public var meanDivergence: Double
    public var zeroDivergence: Double

    enum CodingKeys: String, CodingKey {
      case node, source, resample, mean, zero
      case inCircuit = "in_circuit"
      case resampleDivergence = "resample_divergence"
      case meanDivergence = "mean_divergence"
      case zeroDivergence = "zero_divergence"
    }
  }

  /// The transformer with every head and MLP outside the circuit at its mean.
  public struct CircuitAlone: Codable, Sendable {
    public var accuracy: Double
    /// Relative to that of the corrupted inputs' outputs.
    public var divergence: Double
  }

  /// How often outputs stay right when several components outside the circuit are swapped at once, and when
  /// single edges are.
  public struct Together: Codable, Sendable {
    /// Random halves of the components outside the circuit.
    public var halves: Double
    /// All of them at once.
    public var all: Double
    /// Either, with zeros in place of activations.
    public var zeroed: Double
    /// Edges outside the circuit, one at a time.
    public var edges: Double
  }

  /// IIA of the worst component, or set of components, that was tested; 1 if there is none.
  public var worstIIA: Double { min(iia.values.compactMap(\.self).min() ?? 1, joint) }
  public var worstSIIA: Double { min(siia.values.min() ?? 1, together.halves, together.all) }

  public var circuit: String
  public var model: CircuitModel
  public var inputs: Int
  public var seed: UInt64
  public var accuracy: Double
  /// By component, the share of all positions or of the effective ones, whichever is lower; null if it is
  /// untested.
  public var iia: [String: Double?]
  /// The same for random sets of the circuit's components.
  public var joint: Double
  public var siia: [String: Double]
  public var together: Together
  /// Components of the circuit that swaps hardly test.
  public var untested: [String]
  public var effects: [NodeEffect]
  /// For each kind of ablation, whether the smallest effect in the circuit is above the largest outside.
  public var separated: [String: Bool]
  /// Nodes of the circuit whose effect is no larger than the largest outside, by kind of ablation.
  public var notSeparated: [String: [String]]
  public var circuitAlone: CircuitAlone
  /// Held-out accuracy of the behaviour-only baseline, if there is one.
  public var naturalAccuracy: Double?
  /// By transformer: `hl`, `ll`, `natural`.
  public var weights: [String: WeightSummary]

  enum CodingKeys: String, CodingKey {
    case circuit, model, inputs, seed, accuracy, iia, joint, siia, together, untested, effects, separated,
      weights
    case notSeparated = "not_separated"
    case circuitAlone = "circuit_alone"
    case naturalAccuracy = "natural_accuracy"
  }
}
