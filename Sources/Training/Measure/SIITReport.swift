import Transformer

/// How well a transformer holds a circuit, measured on held-out inputs by swaps between any lengths and positions.
public struct SIITReport: Codable, Sendable, Hashable {
  /// How often one component, or several together, behaved like the program under swaps.
  public struct Node: Codable, Sendable, Hashable {
    /// The component's hook name.
    public var node: String
    public var correct: Int
    public var counted: Int
    /// Effective positions, and how many of them are right: those where the swap changes the program's output
    /// or, for a component outside the circuit, where the program's output on the source differs.
    public var effective = 0
    public var effectiveCorrect = 0
    /// Pairs of inputs with any position that counts, and how many are right at every one.
    public var pairs = 0
    public var correctPairs = 0

    init(node: String, correct: Int = 0, counted: Int = 0) {
      self.node = node
      self.correct = correct
      self.counted = counted
    }

    /// The share that is right, of all positions or of the effective ones, whichever is lower; 1 if nothing
    /// counts.
    public var share: Double { min(overallShare, effectiveShare ?? 1) }

    /// The number of counted positions that are wrong.
    var errors: Double { Double(counted - correct) }

    /// The share of counted positions that are right; 1 if nothing counts.
    public var overallShare: Double { counted == 0 ? 1 : Double(correct) / Double(counted) }

    /// The share of effective positions that are right; nil if there are none.
    public var effectiveShare: Double? {
      effective == 0 ? nil : Double(effectiveCorrect) / Double(effective)
    }

    /// A lower bound, with 95% confidence, on the share of pairs that are right at every position, if the
    /// pairs are a random sample (Clopper and Pearson); 1 if nothing counts.
    public var pairBound: Double {
      pairs == 0 ? 1 : ClopperPearson.lowerBound(successes: correctPairs, trials: pairs)
    }

    /// The share of pairs that are right at every position; 1 if nothing counts.
    public var pairShare: Double { pairs == 0 ? 1 : Double(correctPairs) / Double(pairs) }

    enum CodingKeys: String, CodingKey {
      case node, correct, counted, effective, pairs
      case effectiveCorrect = "effective_correct"
      case correctPairs = "correct_pairs"
    }
  }

  /// How many effective positions a node of the circuit must have to count as tested.
  public var needed = 1

  /// Positions where the output is the program's, and positions where the program has a value.
  public var accuracy: Node
  /// Interchange intervention accuracy (IIA) of every aligned component.
  public var iia: [Node] = []
  /// The same for every component outside the circuit (SIIA), whose swap must change nothing.
  public var siia: [Node] = []
  /// Swaps of random sets of aligned components.
  public var joint = Node(node: "joint")
  /// Swaps of random halves of the components outside the circuit, and of all of them at once.
  public var halves = Node(node: "halves")
  public var together = Node(node: "together")

  /// Random halves of the components outside the circuit, and all of them, set to zero. It shows whether any
  /// is missed when ablated, and is not part of the target.
  public var zeroed = Node(node: "zeroed")

  /// Edges outside the circuit, one at a time, that carry what they do on the source. Training continues for
  /// a while to improve them, but they are not part of the target.
  public var edges = Node(node: "edges")
  /// The one that changes most.
  public var worstEdge: Node?

  /// The lowest share among all nodes; 1 if there are none.
  public var worstIIA: Double { (iia + [joint]).map(\.share).min() ?? 1 }
  public var worstSIIA: Double { (siia + [halves, together]).map(\.share).min() ?? 1 }
  /// Accuracy, and IIA and SIIA of all nodes, alone and together.
  public var all: [Node] { [accuracy] + iia + [joint] + siia + [halves, together] }
  /// The lowest of accuracy, IIA and SIIA.
  public var worst: Double { min(accuracy.overallShare, worstIIA, worstSIIA) }
  /// Nodes of the circuit whose swaps changed the program's output too rarely to test them.
  public var untested: [String] { iia.filter { $0.effective < needed }.map(\.node) }

  /// Whether every figure reaches a target, and every node is tested.
  public func reaches(_ target: Double) -> Bool { worst >= target && untested.isEmpty }

  /// IIA by hook name; nil for untested nodes.
  public var iiaShares: [String: Double?] {
    Dictionary(uniqueKeysWithValues: iia.map { ($0.node, $0.effective < needed ? nil : $0.share) })
  }

  /// Shares by hook name.
  public static func shares(_ nodes: [Node]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: nodes.map { ($0.node, $0.share) })
  }
}
