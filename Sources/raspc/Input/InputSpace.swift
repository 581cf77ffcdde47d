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
  private let spellings: [Value: Value]

  init(name: String, vocabulary: [Value], lengths: ClosedRange<Int>, domain: InputDomain? = nil) {
    self.name = name
    self.vocabulary = vocabulary
    self.lengths = lengths
    self.domain = domain
    var spellings: [Value: Value] = [:]
    // Backwards, so that of two values with one spelling the first counts.
    for value in vocabulary.reversed() { spellings[Self.spelling(value)] = value }
    self.spellings = spellings
  }

  /// - Parameter graph: the graph of the circuit's program
  init(_ circuit: Circuit, in graph: SOpGraph) {
    self.init(
      name: "circuit '\(circuit.name)'", vocabulary: circuit.vocabulary, lengths: circuit.lengths,
      domain: InputDomain(of: circuit, in: graph))
  }

  /// The vocabulary's value for one that was read: 1 and 1.0 are one number, "inf" may be infinity.
  func token(_ value: Value) -> Value? {
    spellings[Self.spelling(value)]
  }

  /// The vocabulary as people read it, cut short where it is long.
  var vocabularyText: String {
    let shown = vocabulary.prefix(20).map(\.json).joined(separator: ", ")
    return vocabulary.count > 20 ? shown + ", ... (\(vocabulary.count) values)" : shown
  }

  /// How a value is written in JSON, as a value again: as a string of Swift it would not tell two spellings of
  /// an é apart.
  private static func spelling(_ value: Value) -> Value {
    if case .float(let number) = value, let integer = Int(exactly: number) {
      return .string(Value.int(integer).json)
    }
    return .string(value.json)
  }
}
