/// S-ops with their evaluation plan, for many inputs.
package struct PreparedProgram: Sendable {
  let interpreter: Interpreter
  let plan: EvaluationPlan
  let sops: [SOpID]
  let causal: Bool

  /// The s-ops' values on one input, in the order in which the s-ops were given.
  package func evaluate(on tokens: [Value]) throws -> [[Value]] {
    var evaluation = interpreter.evaluation(on: tokens, causal: causal)
    try evaluation.run(plan, in: interpreter.graph)
    return sops.map { evaluation.values(of: $0) }
  }
}
