import Runtime
import Transformer

/// The inputs of a circuit: which ones belong to it, and ways to find some. Inputs are token ids without BOS.
package struct InputSource: Sendable {
  package let circuit: Circuit
  let facts: CircuitFacts
  /// All s-ops that the circuit needs.
  let program: PreparedProgram
  private let domain: InputDomain?

  /// - Parameter graph: the graph of the circuit's program
  init(_ circuit: Circuit, in graph: SOpGraph, facts: CircuitFacts) {
    self.circuit = circuit
    self.facts = facts
    program = Interpreter(graph).prepare(facts.graph.nodes.map(\.id), causal: circuit.causal)
    domain = InputDomain(of: circuit, in: graph)
  }

  /// Whether all inputs over the vocabulary and the lengths belong to the circuit.
  package var isWhole: Bool { domain == nil }

  /// Whether an input belongs to the circuit; false if its `inputs = where(...)` has no value on it.
  package func contains(_ input: [Int32]) -> Bool {
    guard let domain else { return true }
    return (try? domain.contains(values(input))) ?? false
  }

  func values(_ input: [Int32]) -> [Value] { input.map { circuit.vocabulary[Int($0)] } }

  /// Inputs that show what random ones rarely do.
  ///
  /// - Parameter tries: how many inputs to try
  package func telling(_ tries: Int, seed: UInt64) -> TellingInputs {
    var search = InputSearch(self, seed: seed)
    search.search(tries)
    return search.telling
  }

  /// Distinct inputs of one length that belong to the circuit.
  package struct Members: Sendable {
    package internal(set) var inputs: [[Int32]]
    /// Whether there are no others.
    package internal(set) var isAll: Bool
  }

  /// The largest number of candidates that are all tested.
  private static let enumerated = 100_000

  /// Up to `count` inputs of a length that belong to the circuit, or all if there are few.
  ///
  /// If there are too many candidates to test them all, some are built token by token, and others derived
  /// from those by changes that keep them in the circuit.
  package func members(length: Int, count: Int, seed: UInt64) -> Members {
    if let all = all(length: length) { return Members(inputs: all, isAll: true) }
    var generator = SeededGenerator(seed: seed, stream: "members \(length)")
    var found: [[Int32]] = []
    var seen: Set<[Int32]> = []
    func add(_ input: [Int32]) {
      if seen.insert(input).inserted { found.append(input) }
    }
    var draw = InputDraw(self)
    for _ in 0..<min(count, 200) {
      if let input = draw.input(length: length, using: &generator) { add(input) }
    }
    guard !found.isEmpty else { return Members(inputs: [], isAll: false) }
    for _ in 0..<20 * count where found.count < count {
      var input = found[generator.index(below: found.count)]
      for _ in 0...generator.index(below: 3) {
        let place = generator.index(below: length)
        if generator.index(below: 3) == 0 {
          input.swapAt(place, generator.index(below: length))
        } else {
          input[place] = Int32(generator.index(below: circuit.vocabulary.count))
        }
      }
      if contains(input) { add(input) }
    }
    return Members(inputs: found, isAll: false)
  }

  /// All inputs of a length in order; nil if there are too many to test.
  private func all(length: Int) -> [[Int32]]? {
    var inputs: [[Int32]] = [[]]
    for _ in 0..<length {
      guard inputs.count * circuit.vocabulary.count <= Self.enumerated else { return nil }
      inputs = inputs.flatMap { input in (0..<Int32(circuit.vocabulary.count)).map { input + [$0] } }
    }
    return inputs.filter(contains)
  }
}
