import Training
import Transformer

extension MetaFile.TrainingRecord {
  /// What the shares were measured on: swaps between held-out inputs of any lengths, by any map of positions.
  package struct Measure: Codable, Sendable, Equatable {
    package var pairs: Int
    /// Effective positions that a node of the circuit needs to count as tested.
    package var needed: Int
    package var accuracy: NodeShare
    /// By component, and of random sets of the circuit's components.
    package var iia: [Component: NodeShare]
    package var joint: NodeShare
    /// By component, of random halves of those outside the circuit, and of all of them at once.
    package var siia: [Component: NodeShare]
    package var halves: NodeShare
    package var together: NodeShare
    /// The same as halves and together, with zeros in place of activations.
    package var zeroed: NodeShare
    /// Of edges that the circuit does not have, one at a time.
    package var edges: NodeShare
    /// Components of the circuit whose swaps hardly ever change the program's output.
    package var untested: [Component]
  }

  /// How often one component, or several together, behaved as the program says.
  package struct NodeShare: Codable, Sendable, Equatable {
    /// Of all positions where the program has a value.
    package var share: Double
    /// Positions where the swap changes the program's output (for a component outside the circuit: where its output
    /// on the source is another), and the share of them that is right; null where there are none.
    package var effective: Int
    package var effectiveShare: Double?
    /// Of pairs of inputs, those right at every position, and the lower bound of that share among all pairs with 95%
    /// confidence (Clopper and Pearson).
    package var pairShare: Double
    package var pairsAtLeast: Double

    /// The lesser of the shares of all positions and of the effective ones.
    package var worst: Double { min(share, effectiveShare ?? 1) }

    enum CodingKeys: String, CodingKey {
      case share, effective
      case effectiveShare = "effective_share"
      case pairShare = "pair_share"
      case pairsAtLeast = "pairs_at_least"
    }
  }
}

extension MetaFile.TrainingRecord.Measure {
  /// What the figures of a report were measured on, and their confidence bounds.
  init(_ report: SIITReport) {
    func shares(_ nodes: [SIITReport.Node]) -> [Component: MetaFile.TrainingRecord.NodeShare] {
      SIITReport.byComponent(nodes).mapValues { .init($0) }
    }
    self.init(
      pairs: report.accuracy.pairs, needed: report.needed, accuracy: .init(report.accuracy),
      iia: shares(report.iia), joint: .init(report.joint), siia: shares(report.siia),
      halves: .init(report.halves), together: .init(report.together), zeroed: .init(report.zeroed),
      edges: .init(report.edges), untested: report.untested)
  }
}

extension MetaFile.TrainingRecord.NodeShare {
  init(_ node: SIITReport.Node) {
    self.init(
      share: node.overallShare, effective: node.effective, effectiveShare: node.effectiveShare,
      pairShare: node.pairShare, pairsAtLeast: node.pairBound)
  }
}
