import Compiler
import Runtime

/// The inputs that a circuit takes.
struct InputSpace {
  /// How diagnostics call the circuit: `circuit 'reverse'`.
  let name: String
  let vocabulary: [Value]
  let lengths: ClosedRange<Int>
  /// Which of them belong to the circuit; nil where all do.
  let domain: InputDomain?
  private let readable: ReadableVocabulary

  init(name: String, vocabulary: [Value], lengths: ClosedRange<Int>, domain: InputDomain? = nil) {
    self.name = name
    self.vocabulary = vocabulary
    self.lengths = lengths
    self.domain = domain
    readable = ReadableVocabulary(vocabulary)
  }

  /// - Parameter graph: the graph of the circuit's program
  init(_ circuit: Circuit, in graph: SOpGraph) {
    self.init(
      name: "circuit '\(circuit.name)'", vocabulary: circuit.vocabulary, lengths: circuit.lengths,
      domain: InputDomain(of: circuit, in: graph))
  }

  /// The vocabulary's value for one that was read: 1 and 1.0 are one number, "inf" may be infinity.
  func token(_ value: Value) -> Value? { readable.token(value) }

  /// The vocabulary as people read it, cut short where it is long.
  var vocabularyText: String {
    let shown = vocabulary.prefix(20).map(\.json).joined(separator: ", ")
    return vocabulary.count > 20 ? shown + ", ... (\(vocabulary.count) values)" : shown
  }
}
