import Compiler
import Transformer

/// The components of a trained transformer: those that hold the circuit's variables, and those outside the
/// circuit.
package struct SIITNodes: Sendable {
  /// For each node of the causal model, the component of the trained transformer that should hold its
  /// variables.
  package let aligned: [Component]
  /// Every other component.
  package let outside: [Component]

  /// The published correspondence: the component at the same place as in the compiled transformer.
  package init(_ compiled: CompiledCircuit, config: TransformerConfig) {
    aligned = compiled.causalModel.nodes
    let taken = Set(aligned)
    outside = config.components.filter { !taken.contains($0) }
  }
}
