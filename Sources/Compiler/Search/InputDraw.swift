import Transformer

/// Draws random inputs of a circuit. If the circuit takes only some inputs, it draws them token by token and
/// leaves out those that the circuit's condition excludes.
struct InputDraw {
  private let source: InputSource
  private var domain: DomainAnalysis?

  /// The number of dead ends after which it gives up.
  private static let attempts = 20

  init(_ source: InputSource) {
    self.source = source
    domain = source.facts.domain
  }

  /// An input of a random length. Half of the inputs have few different tokens, so that tokens repeat.
  mutating func input(using generator: inout SeededGenerator) -> [Int32]? {
    let lengths = source.circuit.lengths
    return input(length: lengths.lowerBound + generator.index(below: lengths.count), using: &generator)
  }

  mutating func input(length: Int, using generator: inout SeededGenerator) -> [Int32]? {
    input(Array(repeating: nil, count: length), using: &generator)
  }

  /// An input with some tokens given; nil if none was found that belongs to the circuit.
  mutating func input(_ settled: [Int32?], using generator: inout SeededGenerator) -> [Int32]? {
    let vocabulary = source.circuit.vocabulary.count
    guard domain != nil else {
      let kinds = 1 + generator.index(below: min(3, vocabulary))
      let letters = (0..<kinds).map { _ in Int32(generator.index(below: vocabulary)) }
      let few = generator.index(below: 2) == 0
      return settled.map { token in
        token ?? (few ? letters[generator.index(below: kinds)] : Int32(generator.index(below: vocabulary)))
      }
    }
    var boxes = source.facts.tokens(length: settled.count)
    for (place, token) in settled.enumerated() {
      guard let token else { continue }
      let id = BoxInterpreter.id(ofToken: token)
      boxes = boxes.filter { $0[place].contains(id) }
      for box in boxes.indices { boxes[box][place] = [id] }
    }
    guard !boxes.isEmpty else { return nil }
    for _ in 0..<Self.attempts {
      let box = boxes[generator.index(below: boxes.count)]
      if let ids = domain!.input(of: box, choice: { generator.index(below: $0) }) {
        return ids.map(BoxInterpreter.token)
      }
    }
    return nil
  }
}
