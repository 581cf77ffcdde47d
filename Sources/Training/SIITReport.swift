import Transformer

/// How well a transformer holds a circuit, measured on held-out inputs.
public struct SIITReport: Codable, Sendable, Hashable {
  /// How often one component behaved as the program says, under swaps between pairs of inputs.
  public struct Node: Codable, Sendable, Hashable {
    /// The component's hook name.
    public var node: String
    public var correct: Int
    public var counted: Int
    /// Pairs of inputs with any position that counts, and those of them that are right at every one.
    public var pairs = 0
    public var correctPairs = 0

    init(node: String, correct: Int = 0, counted: Int = 0) {
      self.node = node
      self.correct = correct
      self.counted = counted
    }

    /// The share that is right; 1 where nothing counts.
    public var share: Double { counted == 0 ? 1 : Double(correct) / Double(counted) }

    /// What the share of pairs that are right at every position is at least, with 95% confidence, if the pairs
    /// are a random sample (Clopper and Pearson); 1 where nothing counts.
    public var pairBound: Double {
      pairs == 0 ? 1 : ClopperPearson.lowerBound(successes: correctPairs, trials: pairs)
    }

    /// The share of pairs that are right at every position; 1 where nothing counts.
    public var pairShare: Double { pairs == 0 ? 1 : Double(correctPairs) / Double(pairs) }

    enum CodingKeys: String, CodingKey {
      case node, correct, counted, pairs
      case correctPairs = "correct_pairs"
    }
  }

  /// Whether every pair of different held-out inputs of one length was measured, and not a sample.
  public var isExhaustive = false

  /// Positions where the output is that of the program, and positions where the program has a value.
  public var accuracy: Node
  /// Interchange intervention accuracy of every aligned component.
  public var iia: [Node] = []
  /// The same for every component outside the circuit, whose swap must change nothing.
  public var siia: [Node] = []

  /// The least share among all nodes; 1 where there is none.
  public var worstIIA: Double { iia.map(\.share).min() ?? 1 }
  public var worstSIIA: Double { siia.map(\.share).min() ?? 1 }
  /// Accuracy, IIA and SIIA of all nodes.
  public var all: [Node] { [accuracy] + iia + siia }
  /// The least of accuracy, IIA and SIIA.
  public var worst: Double { min(accuracy.share, worstIIA, worstSIIA) }

  /// Shares by hook name.
  public static func shares(_ nodes: [Node]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: nodes.map { ($0.node, $0.share) })
  }

  /// The node that holds the circuit back, and its share.
  public var worstNode: Node { all.min { $0.share < $1.share } ?? accuracy }
}
