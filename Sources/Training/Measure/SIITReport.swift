import Transformer

/// How well a transformer holds a circuit, measured on held-out inputs by swaps between any lengths and
/// positions.
package struct SIITReport: Sendable, Hashable {
  /// What was changed when a figure was measured.
  package enum Subject: Sendable, Hashable {
    /// Nothing: the output itself.
    case output
    /// One head or MLP.
    case component(Component)
    /// Random sets of the circuit's components.
    case joint
    /// Random halves of the components outside the circuit.
    case halves
    /// All components outside the circuit.
    case together
    /// Random halves of them, or all, set to zero.
    case zeroed
    /// Edges outside the circuit, one at a time.
    case edges
    /// One edge.
    case edge(CircuitEdge)
  }

  /// How often the output was the program's, with one component changed, or several together.
  package struct Node: Sendable, Hashable {
    package var subject: Subject
    package var correct: Int
    package var counted: Int
    /// Effective positions, and how many of them are right. A position is effective if the swap changes the
    /// program's output there or, for a component outside the circuit, if the program's output on the source
    /// differs there.
    package var effective = 0
    package var effectiveCorrect = 0
    /// Pairs of inputs with at least one position that counts, and how many are right at all of them.
    package var pairs = 0
    package var correctPairs = 0

    package init(_ subject: Subject, correct: Int = 0, counted: Int = 0) {
      self.subject = subject
      self.correct = correct
      self.counted = counted
    }

    /// The component that was changed on its own; nil if it was something else.
    package var component: Component? {
      if case .component(let component) = subject { component } else { nil }
    }

    /// The share that is right, of all positions or of the effective ones, whichever is lower; 1 if no
    /// position counts.
    package var share: Double { min(overallShare, effectiveShare ?? 1) }

    /// The number of counted positions that are wrong.
    var errors: Double { Double(counted - correct) }

    /// The share of counted positions that are right; 1 if there are none.
    package var overallShare: Double { counted == 0 ? 1 : Double(correct) / Double(counted) }

    /// The share of effective positions that are right; nil if there are none.
    package var effectiveShare: Double? {
      effective == 0 ? nil : Double(effectiveCorrect) / Double(effective)
    }

    /// A lower bound, with 95% confidence, on the share of pairs that are right at every position, if the
    /// pairs are a random sample (Clopper and Pearson); 1 if there are no pairs.
    package var pairBound: Double {
      pairs == 0 ? 1 : ClopperPearson.lowerBound(successes: correctPairs, trials: pairs)
    }

    /// The share of pairs that are right at every position; 1 if there are none.
    package var pairShare: Double { pairs == 0 ? 1 : Double(correctPairs) / Double(pairs) }
  }

  /// How many effective positions a node of the circuit must have to count as tested.
  package var needed = 1

  /// Positions at which the output is the program's, among those at which the program has a value.
  package var accuracy: Node
  /// Interchange intervention accuracy (IIA) of every aligned component.
  package var iia: [Node] = []
  /// The same for every component outside the circuit (SIIA), whose swap must change nothing.
  package var siia: [Node] = []
  /// Swaps of random sets of aligned components.
  package var joint = Node(.joint)
  /// Swaps of random halves of the components outside the circuit, and of all of them at once.
  package var halves = Node(.halves)
  package var together = Node(.together)

  /// Random halves of the components outside the circuit, and all of them, set to zero. It shows whether any
  /// of them is needed, and is not part of the target.
  package var zeroed = Node(.zeroed)

  /// Edges outside the circuit, one at a time, carrying what they carry on the source. Training continues for
  /// a while to improve them, but they are not part of the target.
  package var edges = Node(.edges)
  /// The edge that changes most.
  package var worstEdge: Node?

  package init(accuracy: Node = Node(.output)) { self.accuracy = accuracy }

  /// The lowest share among all nodes; 1 if there are none.
  package var worstIIA: Double { (iia + [joint]).map(\.share).min() ?? 1 }
  package var worstSIIA: Double { (siia + [halves, together]).map(\.share).min() ?? 1 }
  /// Accuracy, and the IIA and SIIA of all nodes, alone and together.
  package var all: [Node] { [accuracy] + iia + [joint] + siia + [halves, together] }
  /// The lowest of accuracy, IIA and SIIA.
  package var worst: Double { min(accuracy.share, worstIIA, worstSIIA) }
  /// Nodes of the circuit whose swaps changed the program's output too rarely to test them.
  package var untested: [Component] { iia.filter { $0.effective < needed }.compactMap(\.component) }

  /// Whether every figure reaches a target, and every node is tested.
  package func reaches(_ target: Double) -> Bool { worst >= target && untested.isEmpty }

  /// IIA by component; nil for untested ones.
  package var iiaShares: [Component: Double?] {
    Self.byComponent(iia).mapValues { $0.effective < needed ? nil : $0.share }
  }

  /// SIIA by component.
  package var siiaShares: [Component: Double] { Self.byComponent(siia).mapValues(\.share) }

  /// Figures of single components.
  package static func byComponent(_ nodes: [Node]) -> [Component: Node] {
    Dictionary(uniqueKeysWithValues: nodes.compactMap { node in node.component.map { ($0, node) } })
  }
}
