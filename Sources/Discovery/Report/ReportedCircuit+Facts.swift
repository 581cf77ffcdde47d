import Rendering

extension ReportedCircuit {
  /// What a report says about the circuit in words.
  var facts: [String] {
    var facts = [config.sizes]
    if let file = discoveries.first(where: { !$0.edges.isEmpty }) {
      facts.append("\(file.edges.count { $0.inCircuit }) of \(file.edges.count) edges change outputs")
    }
    if let run = discoveries.compactMap(\.run).first {
      facts.append("methods ran with \(run.ablation.rawValue) ablation on \(counted(run.inputs, "input"))")
    }
    if let edges, let isCertified = edges.isCertified {
      facts.append(
        isCertified
          ? "certified: every causal edge has a larger effect than every other edge"
          : "not certified, because of \(counted(edges.notCertified.count, "edge"))")
    }
    if let evaluation {
      facts.append(
        "with everything outside the circuit at its mean, "
          + "\(Numbers.percent(evaluation.circuitAlone.accuracy)) accuracy")
      for ablation in Ablation.byName {
        let components = evaluation.notSeparated(by: ablation)
        if components.isEmpty { continue }
        facts.append(
          "under \(ablation.rawValue) ablation, no larger effect than a node outside the circuit: "
            + components.map(Figure.shortName).joined(separator: ", "))
      }
      if let accuracy = evaluation.naturalAccuracy {
        facts.append("accuracy of the behaviour-only baseline: \(Numbers.percent(accuracy))")
      }
    }
    let correlations = discoveries.compactMap { file in
      file.natural?.spearman.map { "\(file.method) \(Numbers.decimals($0, 2))" }
    }
    if !correlations.isEmpty {
      facts.append(
        "rank correlation of edge scores with the baseline's: " + correlations.joined(separator: ", "))
    }
    return facts
  }
}
