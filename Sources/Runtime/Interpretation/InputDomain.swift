/// The inputs that belong to a circuit whose block says `inputs = where(...)`.
public struct InputDomain: Sendable {
  /// The condition as the program writes it, or its name.
  public let condition: String
  private let program: PreparedProgram

  /// Nil where all inputs of the vocabulary belong to the circuit.
  ///
  /// - Parameter graph: the graph of the circuit's program
  public init?(of circuit: Circuit, in graph: SOpGraph) {
    guard let domain = circuit.domain else { return nil }
    condition = graph[domain].name ?? graph[domain].label
    // It is about inputs, not part of what the circuit computes: it sees all of them.
    program = Interpreter(graph).prepare([domain], causal: false)
  }

  /// The first position at which the condition is not true; nil for an input that belongs to the circuit.
  ///
  /// - Throws: ``Diagnostics/Diagnostic`` where the condition has no value on the input.
  public func firstOutside(_ tokens: [Value]) throws -> Int? {
    try program.evaluate(on: tokens)[0].firstIndex { !$0.isTrue }
  }

  /// Whether an input belongs to the circuit.
  public func contains(_ tokens: [Value]) throws -> Bool { try firstOutside(tokens) == nil }
}
