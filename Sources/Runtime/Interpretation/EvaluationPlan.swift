/// The order in which to evaluate the nodes that some outputs need, and the last use of each selector.
struct EvaluationPlan: Sendable {
  /// Each node after its inputs.
  let steps: [SOpGraph.Node]
  /// By step: the selectors that are no longer needed after it.
  let releases: [[SelectorID]]

  init(for outputs: [SOpGraph.Node], in graph: SOpGraph) {
    steps = graph.nodes(neededFor: outputs)
    var releases = [[SelectorID]](repeating: [], count: steps.count)
    var isUsedLater = [Bool](repeating: false, count: graph.selectors.count)
    for case .selector(let output) in outputs { isUsedLater[output.index] = true }
    for place in steps.indices.reversed() {
      for case .selector(let used) in graph.inputs(of: steps[place]) where !isUsedLater[used.index] {
        isUsedLater[used.index] = true
        releases[place].append(used)
      }
    }
    self.releases = releases
  }
}
