import Compiler
import Discovery
import Training
import Transformer

extension MetaFile.TrainingRecord.Measure {
  /// How sure the shares of a report are.
  init(_ report: SIITReport) {
    func bounds(_ nodes: [SIITReport.Node]) -> [String: MetaFile.TrainingRecord.PairShare] {
      Dictionary(uniqueKeysWithValues: nodes.map { ($0.node, .init($0, isExhaustive: report.isExhaustive)) })
    }
    self.init(
      exhaustive: report.isExhaustive, pairs: report.accuracy.pairs,
      accuracy: .init(report.accuracy, isExhaustive: report.isExhaustive), iia: bounds(report.iia),
      siia: bounds(report.siia))
  }
}

extension MetaFile.TrainingRecord.PairShare {
  init(_ node: SIITReport.Node, isExhaustive: Bool) {
    self.init(share: node.pairShare, atLeast: isExhaustive ? nil : node.pairBound)
  }
}

extension MetaFile.TrainingRecord.WeightNorms {
  /// The trained transformer's weights beside those of one trained on behaviour alone.
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
