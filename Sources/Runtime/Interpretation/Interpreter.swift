import Diagnostics

/// Evaluates s-ops and selectors on an input: the meaning of a program. Start reading here.
///
/// An ``EvaluationPlan`` lists the nodes that the outputs need, each after its inputs, so that deep graphs do
/// not need a deep stack; a ``GraphEvaluation`` computes their values on one input. A causal circuit is
/// evaluated with a mask: its selectors see only keys at positions up to the query's.
package struct Interpreter: Sendable {
  package let graph: SOpGraph
  /// Whether a sequence must hold values of one type, and means need numbers. These are RASP 0.1's rules, by
  /// which ints and floats are one type and `None` is of any. Without them, types may differ between
  /// positions.
  package var requiresUniformTypes = false
  /// Polled during an evaluation; true ends it with an error.
  package var isInterrupted: @Sendable () -> Bool = { false }

  /// The number of pairs of positions that one evaluation may look at, over all its selectors.
  static let maximumPairs = 400_000_000
  /// The number of values that one evaluation may hold, over all its s-ops; each takes 24 bytes.
  static let maximumValues = 10_000_000

  package init(_ graph: SOpGraph) { self.graph = graph }

  /// An s-op's value at every position of the input.
  ///
  /// - Parameters:
  ///   - tokens: The input, at least one token.
  ///   - causal: Whether attention is masked; an s-op that needs ``SOp/Kind/length`` then has no value.
  /// - Throws: ``Diagnostics/Diagnostic`` at a node that has no value.
  package func evaluate(_ sop: SOpID, on tokens: [Value], causal: Bool = false) throws -> [Value] {
    try evaluate([sop], on: tokens, causal: causal)[0]
  }

  /// The values of several s-ops on one input.
  ///
  /// - Parameter replacing: Values for some s-ops in place of their own: interventions.
  package func evaluate(
    _ sops: [SOpID], on tokens: [Value], causal: Bool = false, replacing: [SOpID: [Value]] = [:]
  ) throws -> [[Value]] {
    var evaluation = evaluation(on: tokens, causal: causal)
    evaluation.replace(replacing, in: graph)
    try evaluation.run(EvaluationPlan(for: sops.map { .sop($0) }, in: graph), in: graph)
    return sops.map { evaluation.values(of: $0) }
  }

  /// What a selector selects: by query position, then key position.
  package func evaluate(
    _ selector: SelectorID, on tokens: [Value], causal: Bool = false
  ) throws -> [[Bool]] {
    var evaluation = evaluation(on: tokens, causal: causal)
    try evaluation.run(EvaluationPlan(for: [.selector(selector)], in: graph), in: graph)
    return evaluation.rows(of: selector)
  }

  /// Prepares s-ops for evaluation on many inputs.
  package func prepare(_ sops: [SOpID], causal: Bool = false) -> PreparedProgram {
    let plan = EvaluationPlan(for: sops.map { .sop($0) }, in: graph)
    return PreparedProgram(interpreter: self, plan: plan, sops: sops, causal: causal)
  }

  /// An evaluation in which nothing is known yet.
  func evaluation(on tokens: [Value], causal: Bool) -> GraphEvaluation {
    GraphEvaluation(
      on: tokens, causal: causal, requiresUniformTypes: requiresUniformTypes, isInterrupted: isInterrupted)
  }
}
