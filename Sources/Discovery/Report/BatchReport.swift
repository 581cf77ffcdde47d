import Rendering

/// A self-contained page about a batch of circuits: tables, figures, and one row per circuit.
package struct BatchReport: Sendable {
  package let circuits: [ReportedCircuit]
  package let comparison: MethodComparison
  /// How the methods compare on edges between whole nodes, counted as in the InterpBench paper.
  package let wholeNodeComparison: MethodComparison
  /// How the methods compare if they are judged by the benchmark's convention.
  package let benchmarkComparison: MethodComparison
  let circuitLabels: CircuitLabels

  package init(_ circuits: [ReportedCircuit]) {
    self.circuits = circuits
    let labels = CircuitLabels(circuits.map { ($0.folder, $0.name) })
    let files = circuits.map { (label: labels[$0.folder], files: $0.discoveries) }
    comparison = MethodComparison(circuits: files)
    wholeNodeComparison = MethodComparison(circuits: files, by: \.aurocWholeNodeEdges)
    benchmarkComparison = MethodComparison(circuits: files, by: \.aurocBenchmarkEdges)
    circuitLabels = labels
  }

  /// The methods that have results for any circuit.
  var methods: [String] {
    DiscoveryMethods.inOrder(circuits.flatMap { $0.discoveries.map(\.method) })
  }

  /// AUROC by method across circuits; nil if no method has any.
  package var boxes: Figure? {
    let groups = methods.map { method in
      (
        name: method,
        values: circuits.compactMap { circuit in
          circuit.discoveries.first { $0.method == method }?.aurocEdges
        }
      )
    }
    guard groups.contains(where: { !$0.values.isEmpty }) else { return nil }
    return .boxes(
      groups, title: "AUROC over edges by method",
      axis: "AUROC over edges; one dot per circuit, bar at the median")
  }
}
