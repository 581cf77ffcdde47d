import Compiler
import Runtime

/// The inputs that a circuit takes.
struct InputSpace {
  /// What diagnostics call the circuit: `circuit 'reverse'`.
  let name: String
  let vocabulary: [Value]
  let lengths: ClosedRange<Int>
  /// Which of them belong to the circuit; nil if all do.
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

  /// The value in the vocabulary that was meant: 1 and 1.0 are the same number, and "inf" may be infinity.
  func token(_ value: Value) -> Value? { readable.token(value) }

  /// The vocabulary for a message, cut short if it is long.
  var vocabularyText: String {
    let shown = vocabulary.prefix(20).map(\.json).joined(separator: ", ")
    return vocabulary.count > 20 ? shown + ", ... (\(vocabulary.count) values)" : shown
  }
}
