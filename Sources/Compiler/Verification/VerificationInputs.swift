import Runtime
import Transformer

/// The inputs of a circuit for a comparison, as token ids without BOS.
package struct VerificationInputs {
  let isExhaustive: Bool
  private let vocabulary: Int
  private let lengths: ClosedRange<Int>
  private var remaining: Int
  private var generator: SeededGenerator
  private let source: InputSource
  /// For a circuit that takes only some inputs: inputs that it takes, by length.
  private let members: [[[Int32]]]
  /// The next input of an exhaustive run.
  private var current: [Int32]

  /// The number of inputs up to which all are compared if there is no proof.
  private static let fewInputs = 20_000

  init(_ source: InputSource, mode: VerificationMode, seed: UInt64) {
    self.source = source
    let circuit = source.circuit
    vocabulary = circuit.vocabulary.count
    lengths = circuit.lengths
    generator = SeededGenerator(seed: seed, stream: "verification")
    current = Array(repeating: 0, count: circuit.lengths.lowerBound)
    let total = Self.count(circuit)
    switch mode {
    case .exhaustive:
      isExhaustive = true
      remaining = .max
    case .proof:
      isExhaustive = total.map { $0 <= Self.fewInputs } ?? false
      remaining = isExhaustive ? .max : 1_000
    case .samples(let count):
      isExhaustive = total.map { $0 <= count } ?? false
      remaining = isExhaustive ? .max : count
    }
    let drawn = isExhaustive || source.isWhole ? 0 : 2 * remaining / circuit.lengths.count + 1
    members =
      drawn == 0
      ? []
      : circuit.lengths.map { source.members(length: $0, count: drawn, seed: seed).inputs }
        .filter { !$0.isEmpty }
    if drawn > 0, members.isEmpty { remaining = 0 }
  }

  /// How many inputs are compared.
  package static func count(_ circuit: Circuit, _ mode: VerificationMode) -> Int {
    let all = count(circuit) ?? .max
    return switch mode {
    case .proof: all <= fewInputs ? all : 1_000
    case .exhaustive: all
    case .samples(let count): min(all, count)
    }
  }

  /// The number of inputs of a circuit; nil if it does not fit in an integer.
  static func count(_ circuit: Circuit) -> Int? {
    var total = 0
    var power = 1
    for length in 1...circuit.lengths.upperBound {
      let (next, overflow) = power.multipliedReportingOverflow(by: circuit.vocabulary.count)
      if overflow { return nil }
      power = next
      guard circuit.lengths.contains(length) else { continue }
      let (sum, tooMany) = total.addingReportingOverflow(power)
      if tooMany { return nil }
      total = sum
    }
    return total
  }

  /// Up to `count` more inputs; none at the end.
  mutating func next(_ count: Int) -> [[Int32]] {
    var result: [[Int32]] = []
    while result.count < count, remaining > 0 {
      if isExhaustive {
        guard !current.isEmpty else { break }
        if source.contains(current) { result.append(current) }
        advance()
      } else {
        result.append(random())
        remaining -= 1
      }
    }
    return result
  }

  private mutating func advance() {
    var place = current.count - 1
    while place >= 0 {
      current[place] += 1
      if current[place] < vocabulary { return }
      current[place] = 0
      place -= 1
    }
    current = current.count < lengths.upperBound ? Array(repeating: 0, count: current.count + 1) : []
  }

  /// All lengths in turn; one input in four draws from few tokens, so that tokens repeat.
  private mutating func random() -> [Int32] {
    if !source.isWhole {
      let inputs = members[remaining % members.count]
      return inputs[generator.index(below: inputs.count)]
    }
    let length = lengths.lowerBound + remaining % lengths.count
    let few = generator.index(below: 4) == 0
    let letters = (0..<2 + generator.index(below: 2)).map { _ in Int32(generator.index(below: vocabulary)) }
    return (0..<length).map { _ in
      few ? letters[generator.index(below: letters.count)] : Int32(generator.index(below: vocabulary))
    }
  }
}
