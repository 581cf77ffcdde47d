import Runtime
import Transformer

/// What is known about a compiled transformer and its program; `meta.json` keeps it so that anyone can check
/// it again.
package struct Certificate: Sendable, Hashable {
  /// What the residual stream holds, and where.
  package var claims: [Claim]
  /// The proof that the claims hold, and that the outputs are correct, on every input on which the program
  /// has a value; nil if there is none.
  package var proof: Proof?
  /// Why there is no proof.
  package var reason: String?
  /// Whether the reason is the precision of float32 arithmetic.
  package var isInexact: Bool?
  /// Where the program may have no value: the search neither found such an input nor excluded it.
  package var open: [String]

  package var isProved: Bool { proof != nil }

  package init(claims: [Claim], proof: Proof?, reason: String?, isInexact: Bool?, open: [String]) {
    self.claims = claims
    self.proof = proof
    self.reason = reason
    self.isInexact = isInexact
    self.open = open
  }

  /// Checks claims against weights.
  init(
    _ claims: [Claim], of parameters: Parameters, _ circuit: Circuit, in graph: SOpGraph,
    facts: CircuitFacts, tokenizer: Tokenizer, outputs: OutputSpace
  ) {
    self.claims = claims
    open = facts.openQuestions(in: graph)
    do {
      proof = try ProofChecker.check(
        claims, of: parameters, circuit, in: graph, facts: facts, tokenizer: tokenizer, outputs: outputs)
    } catch {
      reason = error.description
      isInexact = error.isInexact ? true : nil
    }
  }
}

extension CompiledCircuit {
  /// What can be proved about its weights.
  ///
  /// - Parameter claims: the claims to prove, if not the compiler's own
  package func certified(claims: [Claim]? = nil) -> Certificate {
    Certificate(
      claims ?? self.claims, of: parameters, program.circuit, in: program.graph, facts: facts,
      tokenizer: tokenizer,
      outputs: outputs)
  }
}

extension CircuitFacts {
  /// The possible problems that are neither excluded nor shown, in words.
  func openQuestions(in source: SOpGraph) -> [String] {
    open.map { failure in
      let sop = source[graph.nodes[failure.node].id]
      let name = "`\(sop.name ?? sop.label)`"
      return switch failure.kind {
      case .operation: "whether \(name) has a value on every input"
      case .predicate: "whether the selector of \(name) is defined for every pair of positions"
      case .mean: "whether \(name) never selects several values that have no mean"
      case .promise: "whether the promise in \(name) to select one position is kept"
      }
    }
  }
}
