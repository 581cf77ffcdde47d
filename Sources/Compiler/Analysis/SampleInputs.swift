import Runtime
import Transformer

/// A few inputs over a circuit's vocabulary, the same for every program over it: the values of s-ops on them
/// identify the s-ops without using their names or their order in the program.
enum SampleInputs {
  /// Roughly the number of positions in all samples together.
  private static let positions = 1_024
  private static let count = 4...24

  static func inputs(of circuit: Circuit) -> [[Value]] {
    var generator = SeededGenerator(seed: 0, stream: "sample inputs")
    let lengths = circuit.lengths
    let count = min(max(positions / lengths.upperBound, count.lowerBound), count.upperBound)
    return (0..<count).map { number in
      // The longest ones show most.
      let length =
        number % 2 == 0 ? lengths.upperBound : lengths.lowerBound + generator.index(below: lengths.count)
      // In some, tokens repeat.
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

  /// Each s-op's values on the samples, as text; equal for s-ops that are equal on them.
  static func texts(of sops: [SOpID], for circuit: Circuit, in graph: SOpGraph) -> [SOpID: String] {
    let program = Interpreter(graph).prepare(sops, causal: circuit.causal)
    var texts: [SOpID: String] = [:]
    for input in inputs(of: circuit) {
      // On inputs that do not belong to the circuit, s-ops may have no value.
      guard let values = try? program.evaluate(on: input) else { continue }
      for (id, list) in zip(sops, values) { texts[id, default: ""] += Value.json(list) }
    }
    return texts
  }
}
