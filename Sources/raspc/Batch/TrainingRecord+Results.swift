import Artifacts
import Discovery
import Training
import Transformer

extension MetaFile.TrainingRecord.Measure {
  /// What the figures of a report were measured on, and their confidence bounds.
  init(_ report: SIITReport) {
    func shares(_ nodes: [SIITReport.Node]) -> [String: MetaFile.TrainingRecord.NodeShare] {
      Dictionary(uniqueKeysWithValues: nodes.map { ($0.node, .init($0)) })
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

extension MetaFile.TrainingRecord.WeightNorms {
  /// The weights of the trained transformer next to those of the behaviour-only baseline.
  init(_ trained: TrainedCircuit, natural: Parameters) {
    let norms = WeightSummary(trained.parameters).norms
    let rival = WeightSummary(natural).norms
    func mean(_ norms: [String: Double], _ components: [Component]) -> Double? {
      let squares = components.compactMap { norms[$0.hookName] }.map { $0 * $0 }
      return squares.isEmpty ? nil : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
    let nodes = trained.nodes
    self.init(
      circuit: mean(norms, nodes.aligned) ?? 0, outside: mean(norms, nodes.outside),
      naturalCircuit: mean(rival, nodes.aligned) ?? 0, naturalOutside: mean(rival, nodes.outside),
      components: norms, naturalComponents: rival)
  }
}
