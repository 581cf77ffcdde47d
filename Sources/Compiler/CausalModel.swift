import Transformer

/// The program as a causal model over finite tables: what SIIT trains a transformer to be.
///
/// Its nodes are the components of the compiled transformer that hold variables. It answers, without
/// running any transformer, what the program outputs, and what it outputs when the variables held by one
/// component take the values they have on another input.
public struct CausalModel: Sendable {
  /// Components of the compiled transformer that hold variables, in the order of computation.
  public let nodes: [Component]
}

/// The values of every variable at every position of one input, reusable from input to input.
public struct CausalState: Sendable {
}
