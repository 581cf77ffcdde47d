import Lexer
import Runtime
import Transformer

/// Turns one circuit of a program into a transformer whose inner workings are known.
///
/// The construction follows Tracr (arXiv 2301.05062): every variable has directions of its own in the
/// residual stream, selectors are attention scores, elementwise functions are MLPs, and the BOS position is
/// what an empty selection attends to. The passes, in order: ``Lowering``, None directions, dead variables,
/// ``LayerAllocation``, ``ResidualBasis``, ``Assembly``, ``CircuitEdges``; then translation validation.
public enum Compiler {
  /// Compiles a circuit of a graph; throws ``Diagnostic`` with the place and the reason where it cannot, or
  /// where the transformer disagrees with the interpreter.
  public static func compile(
    _ circuit: Circuit, in graph: SOpGraph, options: CompilerOptions = CompilerOptions()
  ) throws(Diagnostic) -> CompiledCircuit {
    let tokenizer = Tokenizer(vocabulary: circuit.vocabulary)
    let variables = try variableGraph(circuit, in: graph, options: options)
    let allocation = LayerAllocation(variables)
    let basis = ResidualBasis(variables, bosName: tokenizer.bosName)
    let assembly = try Assembly(
      variables, circuit: circuit, tokenizer: tokenizer, allocation: allocation, basis: basis,
      limits: options.limits)
    let output = variables[variables.output]
    var compiled = CompiledCircuit(
      circuit: circuit, tokenizer: tokenizer,
      outputs: output.isCategorical ? .categorical(output.values.map(\.value)) : .numerical,
      parameters: assembly.parameters, residualLabels: basis.labels,
      causalModel: CausalModel(variables, circuit: circuit, allocation: allocation),
      balance: circuit.balance.map { Interpreter(graph).prepare([$0], causal: circuit.causal) },
      alignment: alignment(variables, allocation, units: assembly.units),
      edges: CircuitEdges.edges(of: variables, allocation, by: .benchmark),
      dataflow: CircuitEdges.edges(of: variables, allocation, by: .dataflow),
      variables: variables.description(allocation, units: assembly.units, basis: basis),
      claims: variables.claims(basis))
    if let mode = options.verification {
      compiled.verification = try validate(compiled, graph: graph, mode: mode, seed: options.seed)
    }
    return compiled
  }

  /// Translation validation: a disagreement with the interpreter is an error.
  private static func validate(
    _ compiled: CompiledCircuit, graph: SOpGraph, mode: VerificationMode, seed: UInt64
  ) throws(Diagnostic) -> VerificationReport {
    let report = try Verifier.verify(compiled, graph: graph, mode: mode, seed: seed)
    guard let failure = report.failure else { return report }
    let input = failure.input.map(\.quoted).joined(separator: ", ")
    throw Diagnostic(
      "the compiled transformer disagrees with the program on \(report.mismatches) of \(report.positions) "
        + "positions; on [\(input)] it gives \(failure.actual.quoted) at position \(failure.position), not "
        + "\(failure.expected.quoted)"
        + (failure.variable.map { "; the first variable that differs is `\($0)`" } ?? ""),
      at: compiled.circuit.range ?? graph[compiled.circuit.output].range)
  }

  private static func variableGraph(
    _ circuit: Circuit, in graph: SOpGraph, options: CompilerOptions
  ) throws(Diagnostic) -> VariableGraph {
    let facts = try CircuitFacts(circuit, in: graph, seed: options.seed)
    var variables = try Lowering.lower(circuit, in: graph, facts: facts, options: options)
    variables = variables.withoutDeadVariables()
    variables.addNoneDirections()
    return variables
  }

  private static func alignment(
    _ graph: VariableGraph, _ allocation: LayerAllocation, units: [Range<Int>?]
  ) -> [AlignedVariable] {
    var result: [AlignedVariable] = []
    for (index, variable) in graph.variables.enumerated() {
      if let layer = allocation.attentionLayer[index] {
        result.append(
          AlignedVariable(
            variable: variable.name, component: .head(layer: layer, head: allocation.head[index]!)))
      }
      if let layer = allocation.mlpLayer[index] {
        result.append(
          AlignedVariable(variable: variable.name, component: .mlp(layer: layer), units: units[index]))
      }
    }
    return result.enumerated().sorted { a, b in
      a.element.component == b.element.component
        ? a.offset < b.offset : a.element.component < b.element.component
    }.map(\.element)
  }
}
