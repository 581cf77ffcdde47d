import Runtime

/// The values of s-ops on every input of a circuit that has few: exact, while the facts may include values
/// that never occur.
struct EveryInput {
  /// The largest number of inputs that are all run.
  private static let inputs = 1_000

  /// The single value of each s-op that is the same everywhere.
  private(set) var constants: [SOpID: Value] = [:]

  /// Nil if there are too many inputs, or the program has no value on one of them.
  init?(_ sops: [SOpID], of circuit: Circuit, in graph: SOpGraph, facts: CircuitFacts) {
    guard let count = VerificationInputs.count(circuit), count <= Self.inputs, !sops.isEmpty else {
      return nil
    }
    let source = InputSource(circuit, in: graph, facts: facts)
    let program = Interpreter(graph).prepare(sops, causal: circuit.causal)
    var found: [Value?] = sops.map { _ in nil }
    var isConstant = sops.map { _ in true }
    for length in circuit.lengths {
      for input in source.members(length: length, count: count, seed: 0).inputs {
        guard let columns = try? program.evaluate(on: source.values(input)) else { return nil }
        for (place, column) in columns.enumerated() where isConstant[place] {
          let first = found[place] ?? column[0]
          found[place] = first
          isConstant[place] = column.allSatisfy { $0 == first }
        }
        if !isConstant.contains(true) { return }
      }
    }
    for (place, id) in sops.enumerated() where isConstant[place] { constants[id] = found[place] }
  }
}
