import Runtime
import Transformer

/// A few inputs of a circuit's vocabulary, the same for every program over it: what s-ops are on them says which is
/// which without their names or their places in the program.
enum SampleInputs {
  /// Positions of all samples together, about.
  private static let positions = 1_024
  private static let count = 4...24

  static func inputs(of circuit: Circuit) -> [[Value]] {
    var generator = SeededGenerator(seed: 0, stream: "sample inputs")
    let lengths = circuit.lengths
    let count = min(max(positions / lengths.upperBound, count.lowerBound), count.upperBound)
    return (0..<count).map { number in
      // The longest show most.
      let length =
        number % 2 == 0 ? lengths.upperBound : lengths.lowerBound + generator.index(below: lengths.count)
      // Tokens repeat in some.
      let letters = (0..<1 + generator.index(below: 3)).map { _ in
        generator.index(below: circuit.vocabulary.count)
      }
      return (0..<length).map { _ in
        circuit.vocabulary[
          number % 3 == 0
            ? letters[generator.index(below: letters.count)]
            : generator.index(below: circuit.vocabulary.count)]
      }
    }
  }

  /// A text of each s-op's values on the samples; the same for s-ops that are equal on them.
  static func texts(of sops: [SOpID], for circuit: Circuit, in graph: SOpGraph) -> [SOpID: String] {
    let program = Interpreter(graph).prepare(sops, causal: circuit.causal)
    var texts: [SOpID: String] = [:]
    for input in inputs(of: circuit) {
      // Those that do not belong to the circuit may have no value.
      guard let values = try? program.evaluate(on: input) else { continue }
      for (id, list) in zip(sops, values) { texts[id, default: ""] += Value.json(list) }
    }
    return texts
  }
}
