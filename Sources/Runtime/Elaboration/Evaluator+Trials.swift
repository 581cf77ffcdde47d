import Diagnostics

/// Evaluating nodes while the graph is still growing.
extension Evaluator {
  /// The values of an s-op on an input, by RASP 0.1's rules.
  func values(of id: SOpID, on tokens: [Value]) throws -> [Value] {
    try withRun(on: tokens) { run in
      try run.run(EvaluationPlan(for: [.sop(id)], in: graph), in: graph, releasing: false)
      let values = run.values(of: id)
      do {
        try SequenceDisplay.checkUniform(values)
      } catch let error as EvaluationError {
        throw Diagnostic(error.message, at: graph[id].range)
      }
      return values
    }
  }

  /// What a selector selects on an input, by query and key.
  func matrix(of id: SelectorID, on tokens: [Value]) throws -> [[Bool]] {
    try withRun(on: tokens) { run in
      try run.run(EvaluationPlan(for: [.selector(id)], in: graph), in: graph, releasing: false)
      return run.rows(of: id)
    }
  }

  /// Bytes of selectors that may be kept from one use of an input to the next.
  private static let maximumKept = 50_000_000

  /// Runs `body` with what is already known of the input: nodes are tried out one after another, and each
  /// needs those before it.
  private func withRun<Output>(on tokens: [Value], _ body: (inout GraphEvaluation) throws -> Output) throws -> Output {
    var run: GraphEvaluation
    if let place = runs.firstIndex(where: { $0.tokens == tokens }) {
      run = runs.remove(at: place)
    } else {
      run = GraphEvaluation(
        on: tokens, causal: false, requiresUniformTypes: true, isInterrupted: isInterrupted)
    }
    defer {
      let size = tokens.count * tokens.count
      if size <= Self.maximumKept / max(1, graph.selectors.count) {
        runs.insert(run, at: 0)
        if runs.count > 3 { runs.removeLast() }
      }
    }
    return try body(&run)
  }
}
