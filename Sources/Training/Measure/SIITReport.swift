import Transformer

/// How well a transformer holds a circuit, measured on held-out inputs by swaps between any lengths and positions.
public struct SIITReport: Codable, Sendable, Hashable {
  /// How often one component, or several together, behaved as the program says under swaps.
  public struct Node: Codable, Sendable, Hashable {
    /// The component's hook name.
    public var node: String
    public var correct: Int
    public var counted: Int
    /// Effective positions, and those of them that are right: where the swap changes the program's output, or, for a
    /// component outside the circuit, where the program's output on the source is another.
    public var effective = 0
    public var effectiveCorrect = 0
    /// Pairs of inputs with any position that counts, and those of them that are right at every one.
    public var pairs = 0
    public var correctPairs = 0

    init(node: String, correct: Int = 0, counted: Int = 0) {
      self.node = node
      self.correct = correct
      self.counted = counted
    }

    /// The share that is right, of all positions or of the effective ones, whichever is less; 1 where nothing counts.
    public var share: Double { min(overallShare, effectiveShare ?? 1) }

    /// Counted positions that are wrong.
    var errors: Double { Double(counted - correct) }

    /// The share of all counted positions that is right; 1 where nothing counts.
    public var overallShare: Double { counted == 0 ? 1 : Double(correct) / Double(counted) }

    /// The share of the effective positions that is right; nil where there are none.
    public var effectiveShare: Double? {
      effective == 0 ? nil : Double(effectiveCorrect) / Double(effective)
    }

    /// What the share of pairs that are right at every position is at least, with 95% confidence, if the pairs
    /// are a random sample (Clopper and Pearson); 1 where nothing counts.
    public var pairBound: Double {
      pairs == 0 ? 1 : ClopperPearson.lowerBound(successes: correctPairs, trials: pairs)
    }

    /// The share of pairs that are right at every position; 1 where nothing counts.
    public var pairShare: Double { pairs == 0 ? 1 : Double(correctPairs) / Double(pairs) }

    enum CodingKeys: String, CodingKey {
      case node, correct, counted, effective, pairs
      case effectiveCorrect = "effective_correct"
      case correctPairs = "correct_pairs"
    }
  }

  /// Effective positions that a node of the circuit must have to count as tested.
  public var needed = 1

  /// Positions where the output is that of the program, and positions where the program has a value.
  public var accuracy: Node
  /// Interchange intervention accuracy of every aligned component.
  public var iia: [Node] = []
  /// The same for every component outside the circuit, whose swap must change nothing.
  public var siia: [Node] = []
  /// Swaps of random sets of aligned components.
  public var joint = Node(node: "joint")
  /// Swaps of random halves of the components outside the circuit, and of all of them at once.
  public var halves = Node(node: "halves")
  public var together = Node(node: "together")

  /// Random halves of the components outside the circuit, and all of them, at zero. It tells whether any is missed when
  /// ablated, and is not among what a circuit has to reach.
  public var zeroed = Node(node: "zeroed")

  /// Edges that the circuit does not have, one at a time, that carry what they do on the source. Training goes on for
  /// them a while, but they are not among what a circuit has to reach.
  public var edges = Node(node: "edges")
  /// The one of them that changes most.
  public var worstEdge: Node?

  /// The least share among all nodes; 1 where there is none.
  public var worstIIA: Double { (iia + [joint]).map(\.share).min() ?? 1 }
  public var worstSIIA: Double { (siia + [halves, together]).map(\.share).min() ?? 1 }
  /// Accuracy, IIA and SIIA of all nodes, alone and together.
  public var all: [Node] { [accuracy] + iia + [joint] + siia + [halves, together] }
  /// The least of accuracy, IIA and SIIA.
  public var worst: Double { min(accuracy.overallShare, worstIIA, worstSIIA) }
  /// Nodes of the circuit whose swaps changed the program's output too seldom to say anything of them.
  public var untested: [String] { iia.filter { $0.effective < needed }.map(\.node) }

  /// Whether every figure is at a target, and every node tested.
  public func reaches(_ target: Double) -> Bool { worst >= target && untested.isEmpty }

  /// IIA by hook name; nil for what is untested.
  public var iiaShares: [String: Double?] {
    Dictionary(uniqueKeysWithValues: iia.map { ($0.node, $0.effective < needed ? nil : $0.share) })
  }

  /// Shares by hook name.
  public static func shares(_ nodes: [Node]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: nodes.map { ($0.node, $0.share) })
  }
}
