import Transformer

/// How well a transformer holds a circuit, measured on held-out inputs.
public struct SIITReport: Codable, Sendable, Hashable {
  /// How often one component behaved as the program says, under swaps between pairs of inputs.
  public struct Node: Codable, Sendable, Hashable {
    /// The component's hook name.
    public var node: String
    public var correct: Int
    public var counted: Int

    /// The share that is right; 1 where nothing counts.
    public var share: Double { counted == 0 ? 1 : Double(correct) / Double(counted) }
  }

  /// Positions where the output is that of the program, and positions where the program has a value.
  public var accuracy: Node
  /// Interchange intervention accuracy of every aligned component.
  public var iia: [Node] = []
  /// The same for every component outside the circuit, whose swap must change nothing.
  public var siia: [Node] = []

  /// The least share among all nodes; 1 where there is none.
  public var worstIIA: Double { iia.map(\.share).min() ?? 1 }
  public var worstSIIA: Double { siia.map(\.share).min() ?? 1 }
  /// The least of accuracy, IIA and SIIA.
  public var worst: Double { min(accuracy.share, worstIIA, worstSIIA) }
  /// The node that holds the circuit back, and its share.
  public var worstNode: Node { ([accuracy] + iia + siia).min { $0.share < $1.share } ?? accuracy }
}
