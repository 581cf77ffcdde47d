import Diagnostics
import Runtime
import Transformer

/// Compiles one circuit of a program to a transformer with a known circuit.
///
/// The construction follows Tracr (arXiv 2301.05062): every variable has its own directions in the residual
/// stream, selectors are attention scores, elementwise functions are MLPs, and an empty selection attends to
/// the BOS position. ``CircuitFacts``, ``FoldedProgram`` and ``SplitWidths`` come first. Then the passes, in
/// order: ``Lowering``, dead variables, exact copies, None directions, ``LayerAllocation``,
/// ``ResidualBasis``, ``Assembly``, ``CircuitEdges``. At the end, a ``Certificate`` says whether the weights
/// are proved correct for every input.
package enum Compiler {
  /// Raised when the same program compiles to different weights, so that older folders are made again.
  package static let version = 5

  /// Compiles a circuit of a graph; throws ``Diagnostic`` with the place and the reason if it cannot, or if
  /// the transformer disagrees with the interpreter.
  package static func compile(
    _ circuit: Circuit, in graph: SOpGraph, options: CompilerOptions = CompilerOptions()
  ) throws(Diagnostic) -> CompiledCircuit {
    if let confusion = ReadableVocabulary.confusion(in: circuit.vocabulary) {
      throw Diagnostic(confusion.message, at: circuit.range)
    }
    let (program, constants, facts) = try analysed(circuit, in: graph, seed: options.seed)
    let variables = try variableGraph(program, facts: facts, options: options)
    var compiled = try assemble(variables, circuit, program, constants, facts: facts, options: options)
    compiled.certificate = compiled.certified()
    // Small errors may have added up. Larger tables, and if need be more layers, prevent that.
    for copies in [false, true] where compiled.certificate?.isProved == false {
      var variables = variables
      if copies {
        variables = variables.withExactCopies(everywhere: true)
        variables.addNoneDirections()
      }
      // If they would be too large, the first result is kept.
      guard
        var sharper = try? assemble(
          variables, circuit, program, constants, facts: facts, options: options, sharpensAll: true)
      else { break }
      sharper.certificate = sharper.certified()
      if sharper.certificate?.isProved == true { compiled = sharper }
    }
    if let mode = options.verification {
      try verify(&compiled, graph: graph, mode: mode, seed: options.seed)
      try refuseUnproved(compiled, options: options)
    } else {
      // The sizes follow from the proof, but the caller asked for no certificate.
      compiled.certificate = nil
    }
    return compiled
  }

  /// The program without s-ops that compute nothing, and its facts.
  private static func analysed(
    _ circuit: Circuit, in graph: SOpGraph, seed: UInt64
  ) throws(Diagnostic) -> (SplitWidths, [FoldedConstant], CircuitFacts) {
    var (circuit, graph) = (circuit, graph)
    var facts = try CircuitFacts(circuit, in: graph, seed: seed)
    var constants: [FoldedConstant] = []
    // Once copies are merged, more can be seen.
    for _ in 0..<rounds {
      let folded = FoldedProgram(circuit, in: graph, facts: &facts)
      (circuit, graph) = (folded.circuit, folded.graph)
      constants += folded.constants
      guard folded.hasCopies else { break }
      facts = try CircuitFacts(circuit, in: graph, seed: seed)
    }
    let split = SplitWidths(circuit, in: graph, facts: facts)
    if !split.wholes.isEmpty {
      facts = try CircuitFacts(split.circuit, in: split.graph, wholes: split.wholes, seed: seed)
    }
    return (split, constants, facts)
  }

  /// How often a program is searched for s-ops that compute nothing.
  private static let rounds = 3

  private static func assemble(
    _ variables: VariableGraph, _ circuit: Circuit, _ program: SplitWidths, _ constants: [FoldedConstant],
    facts: CircuitFacts, options: CompilerOptions, sharpensAll: Bool = false
  ) throws(Diagnostic) -> CompiledCircuit {
    let tokenizer = Tokenizer(vocabulary: circuit.vocabulary)
    let order = ComponentOrder(variables, circuit: program.circuit, in: program.graph)
    let allocation = LayerAllocation(variables, by: order)
    let basis = ResidualBasis(variables, bosName: tokenizer.bosName)
    let assembly = try Assembly(
      variables, circuit: circuit, tokenizer: tokenizer, allocation: allocation, basis: basis,
      limits: options.limits, sharpensAll: sharpensAll)
    let output = variables[variables.output]
    return CompiledCircuit(
      circuit: circuit, tokenizer: tokenizer,
      outputs: output.isCategorical ? .categorical(output.values.map(\.value)) : .numerical,
      parameters: assembly.parameters, residualLabels: basis.labels,
      causalModel: CausalModelBuilder.model(of: variables, circuit: circuit, allocation: allocation),
      balance: program.circuit.balance.map {
        Interpreter(program.graph).prepare([$0], causal: circuit.causal)
      },
      alignment: alignment(variables, allocation, units: assembly.units),
      edges: CircuitEdges.edges(of: variables, allocation, by: .benchmark),
      dataflow: CircuitEdges.effective(
        CircuitEdges.edges(of: variables, allocation, by: .dataflow), in: assembly.parameters),
      variables: variables.description(allocation, units: assembly.units, basis: basis),
      constants: constants, claims: variables.claims(basis), program: program,
      inputs: InputSource(program.circuit, in: program.graph, facts: facts))
  }

  /// Compiled means proved, or compared on every input.
  private static func refuseUnproved(
    _ compiled: CompiledCircuit, options: CompilerOptions
  ) throws(Diagnostic) {
    guard !options.acceptsUnproved, let certificate = compiled.certificate, let reason = certificate.reason,
      let report = compiled.verification, !report.isExhaustive
    else { return }
    let isFine = certificate.isInexact == true
    throw Diagnostic(
      (isFine
        ? "this may be too fine for the transformer's float32 arithmetic: "
        : "this could not be proved correct: ")
        + "\(reason); it agrees with the interpreter on \(report.inputs) inputs (searched and random)",
      at: compiled.circuit.range ?? compiled.program.graph[compiled.program.circuit.output].range,
      hint: (isFine ? "use numbers closer in size, or fewer classes; " : "")
        + "'--unproved' compiles it anyway")
  }

  /// Compares a circuit with the interpreter if it is not proved, or if a comparison is asked for anyway.
  ///
  /// - Throws: ``Diagnostic`` if they disagree, which is a bug in the compiler
  private static func verify(
    _ compiled: inout CompiledCircuit, graph: SOpGraph, mode: VerificationMode, seed: UInt64
  ) throws(Diagnostic) {
    if mode == .proof, compiled.certificate?.isProved == true { return }
    let report = try Verifier.verify(compiled, graph: graph, mode: mode, seed: seed)
    compiled.verification = report
    guard let failure = report.failure else { return }
    let input = failure.input.map(\.quoted).joined(separator: ", ")
    if let certificate = compiled.certificate, certificate.isInexact == true, let reason = certificate.reason
    {
      throw Diagnostic(
        "this is too fine for the transformer's float32 arithmetic: on [\(input)] it gives "
          + "\(failure.actual.quoted) at position \(failure.position), the program \(failure.expected.quoted); \(reason)",
        at: compiled.circuit.range ?? graph[compiled.circuit.output].range,
        hint: "use numbers closer in size, or fewer classes")
    }
    if let largest = compiled.largestNumber, let a = failure.actual.number, let b = failure.expected.number,
      abs(a - b) <= largest * Double(Float.ulpOfOne)
    {
      throw Diagnostic(
        "this is too fine for the transformer's float32 arithmetic: on [\(input)] it gives "
          + "\(failure.actual.quoted) at position \(failure.position), the program \(failure.expected.quoted); its "
          + "numbers go up to \(Value.float(largest).quoted)",
        at: compiled.circuit.range ?? graph[compiled.circuit.output].range,
        hint: "use numbers closer in size, or fewer classes")
    }
    throw Diagnostic(
      "raspc has compiled this wrongly: on [\(input)] the transformer gives \(failure.actual.quoted) at position "
        + "\(failure.position), the program \(failure.expected.quoted)"
        + (failure.variable.map { "; the first variable that differs is `\($0)`" } ?? "")
        + (compiled.certificate?.reason.map { "; \($0)" } ?? ""),
      at: compiled.circuit.range ?? graph[compiled.circuit.output].range,
      hint: "this is a bug in raspc, not in the program; please report it and attach the program")
  }

  private static func variableGraph(
    _ program: SplitWidths, facts: CircuitFacts, options: CompilerOptions
  ) throws(Diagnostic) -> VariableGraph {
    var variables = try Lowering.lower(program.circuit, in: program.graph, facts: facts, options: options)
    variables = variables.withoutDeadVariables().withExactCopies(everywhere: false)
    variables.addNoneDirections()
    guard !variables[variables.output].values.isEmpty || variables[variables.output].encoding == .numerical
    else {
      throw Diagnostic(
        "the output has no value on any input: it is None everywhere",
        at: program.graph[program.circuit.output].range,
        hint: "use default(x, value) to give it a value where it has none")
    }
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
