import Compiler
import Runtime
import Transformer

/// Inputs grouped by the value of a circuit's `balance`, so that each value can be drawn equally often.
///
/// An input's class is the value at its last position, which even in a causal circuit sees all tokens.
struct BalancedInputs: Sendable {
  /// By length, from the shortest, and by class: inputs without BOS.
  private let training: [[[[Int32]]]]
  private let heldOut: [[[[Int32]]]]

  /// How many inputs of a length are drawn to fill its classes, and how many inputs a class keeps.
  static let draws = (training: 20_000, heldOut: 5_000)
  static let classSize = 2_000

  init(_ balance: PreparedProgram, tokenizer: Tokenizer, sampler: InputSampler, seed: UInt64) {
    func classes(_ part: InputSampler.Part, draws: Int) -> [[[[Int32]]]] {
      sampler.lengths.map { length in
        var generator = SeededGenerator(seed: seed, stream: "balance \(part) \(length)")
        var members: [Value: [[Int32]]] = [:]
        var tokens = [Int32](repeating: 0, count: length)
        for _ in 0..<draws {
          sampler.drawUnbalanced(part, into: &tokens, using: &generator)
          // An input on which the expression fails is in no class.
          guard let value = try? balance.evaluate(on: tokenizer.decode(tokens))[0].last else { continue }
          if members[value, default: []].count < Self.classSize {
            members[value, default: []].append(tokens)
          }
        }
        return members.map { (name: Array($0.key.quoted.utf8), inputs: $0.value) }
          .sorted { $0.name.lexicographicallyPrecedes($1.name) }.map(\.inputs)
      }
    }
    training = classes(.training, draws: Self.draws.training)
    heldOut = classes(.heldOut, draws: Self.draws.heldOut)
  }

  /// An input of the given length, with each class equally likely; nil if there is none.
  func draw(_ part: InputSampler.Part, length: Int, using generator: inout SeededGenerator) -> [Int32]? {
    let classes = (part == .training ? training : heldOut)[length]
    guard !classes.isEmpty else { return nil }
    let members = classes[generator.index(below: classes.count)]
    return members[generator.index(below: members.count)]
  }
}
