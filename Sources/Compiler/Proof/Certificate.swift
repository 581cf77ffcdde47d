import Runtime
import Transformer

/// What is known of a compiled transformer and its program: `meta.json` keeps it, and anyone may check it again.
public struct Certificate: Sendable, Hashable, Codable {
  /// What lies where in the residual stream.
  public var claims: [Claim]
  /// That the claims hold, and the outputs are right, on every input on which the program has a value; nil where
  /// that could not be shown.
  public var proof: Proof?
  /// Why not.
  public var reason: String?
  /// Whether float32 arithmetic is what is too coarse.
  public var isInexact: Bool?
  /// Where the program may have no value, as far as is known: each of these was searched for and neither found
  /// nor excluded.
  public var open: [String]

  public var isProved: Bool { proof != nil }

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
  /// What can be proved of its weights.
  ///
  /// - Parameter claims: what is said to lie where, if that is not what the compiler says
  public func certified(claims: [Claim]? = nil) -> Certificate {
    Certificate(
      claims ?? self.claims, of: parameters, program.circuit, in: program.graph, facts: facts,
      tokenizer: tokenizer,
      outputs: outputs)
  }
}

extension CircuitFacts {
  /// What is neither excluded nor shown, in words.
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
