import Runtime
import Transformer

/// A circuit compiled to a transformer, and everything known about where its variables are.
package struct CompiledCircuit: Sendable {
  package let circuit: Circuit
  package let tokenizer: Tokenizer
  package let outputs: OutputSpace
  /// The compiled transformer.
  package var parameters: Parameters
  /// What each residual direction means: `variable:value`, or `variable` for a numerical one.
  package let residualLabels: [String]
  package let causalModel: CausalModel
  /// The circuit's `balance`, ready to evaluate; nil if it has none.
  package let balance: PreparedProgram?
  /// Which variable each component holds.
  package let alignment: [AlignedVariable]
  /// The ground-truth circuit of the compiled transformer, by the benchmark's convention.
  package let edges: [CircuitEdge]
  /// The circuit as data flows: one edge to each input of a component from each component that writes what it
  /// reads. ``edges`` also has edges from query and key activations, and may lack some of these.
  package let dataflow: [CircuitEdge]
  /// What the transformer computes, in the order of ``CausalModel/variables``.
  package let variables: [CircuitVariable]
  /// The variables that are the same on all inputs, which the transformer does not compute.
  package let constants: [FoldedConstant]
  /// What the residual stream is meant to hold; the proof checks it.
  package let claims: [Claim]
  /// What is proved about it; nil if no proof was asked for.
  package internal(set) var certificate: Certificate?
  /// The comparison with the interpreter, if there was one.
  package internal(set) var verification: VerificationReport?
  /// The program that was compiled, which is equivalent to the circuit's own.
  let program: SplitWidths
  /// The circuit's inputs, and ways to find some.
  package let inputs: InputSource

  /// What is true of the program on all inputs.
  var facts: CircuitFacts { inputs.facts }

  /// The same circuit with other weights.
  func replacing(_ parameters: Parameters) -> CompiledCircuit {
    CompiledCircuit(
      circuit: circuit, tokenizer: tokenizer, outputs: outputs, parameters: parameters,
      residualLabels: residualLabels, causalModel: causalModel, balance: balance, alignment: alignment,
      edges: edges, dataflow: dataflow, variables: variables, constants: constants, claims: claims,
      program: program, inputs: inputs)
  }
}

extension CompiledCircuit {
  /// The largest absolute value of a finite number among the variables' values; nil if there is none.
  var largestNumber: Double? {
    let numbers = causalModel.variables.flatMap(\.domain).compactMap(\.number)
    return numbers.filter(\.isFinite).map(abs).max()
  }
}

/// One variable and the component of the compiled transformer that holds it.
package struct AlignedVariable: Sendable, Hashable {
  package let variable: String
  package let component: Component
  /// The hidden units of an MLP that compute this variable; nil for a head.
  package let units: Range<Int>?

  package init(variable: String, component: Component, units: Range<Int>? = nil) {
    self.variable = variable
    self.component = component
    self.units = units
  }
}
