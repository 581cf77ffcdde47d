import Compiler
import Transformer

/// The components of a trained transformer, those that hold the circuit's variables and those outside it.
public struct SIITNodes: Sendable {
  /// For each node of the causal model, the component of the trained transformer that should hold its
  /// variables.
  public let aligned: [Component]
  /// Every other component.
  public let outside: [Component]

  /// The published correspondence: the component at the same place as in the compiled transformer.
  public init(_ compiled: CompiledCircuit, config: TransformerConfig) {
    aligned = compiled.causalModel.nodes
    let taken = Set(aligned)
    outside = config.components.filter { !taken.contains($0) }
  }
}
