/// The inputs of a circuit that declares `inputs = where(...)`.
package struct InputDomain: Sendable {
  /// The condition as the program writes it, or its name.
  package let condition: String
  private let program: PreparedProgram

  /// Nil if the circuit takes all inputs over its vocabulary.
  ///
  /// - Parameter graph: the graph of the circuit's program
  package init?(of circuit: Circuit, in graph: SOpGraph) {
    guard let domain = circuit.domain else { return nil }
    condition = graph[domain].name ?? graph[domain].label
    // The condition is about inputs rather than a part of the circuit: it sees all positions.
    program = Interpreter(graph).prepare([domain], causal: false)
  }

  /// The first position at which the condition is false; nil for an input of the circuit.
  ///
  /// - Throws: ``Diagnostics/Diagnostic`` if the condition has no value on the input.
  package func firstOutside(_ tokens: [Value]) throws -> Int? {
    try program.evaluate(on: tokens)[0].firstIndex { !$0.isTrue }
  }

  /// Whether the circuit takes an input.
  package func contains(_ tokens: [Value]) throws -> Bool { try firstOutside(tokens) == nil }
}
