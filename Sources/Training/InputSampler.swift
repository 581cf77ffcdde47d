import Compiler
import Foundation
import Transformer

/// Draws a circuit's inputs, those for training and those held out apart by their content.
///
/// Lengths are drawn evenly. Half of the inputs are drawn token by token; the other half have some order that
/// programs look for and that chance would hardly show them: few different tokens, sorted, mirrored,
/// repeating, or one token changed.
struct InputSampler: Sendable {
  enum Part: Sendable { case training, heldOut }

  let vocabulary: Int
  let lengths: ClosedRange<Int>
  /// Whether held-out inputs are never trained on; false where there are too few inputs to spare any.
  let isDisjoint: Bool
  private let heldOutShare: Double
  private let salt: UInt64

  /// Below this many inputs all of them are trained on, and all are measured.
  static let smallestSplit = 100.0

  init(_ compiled: CompiledCircuit, heldOut: Double, seed: UInt64) {
    vocabulary = compiled.tokenizer.vocabulary.count
    lengths = compiled.circuit.lengths
    let count = lengths.reduce(0.0) { [vocabulary] in $0 + pow(Double(vocabulary), Double($1)) }
    isDisjoint = count >= Self.smallestSplit && heldOut > 0
    heldOutShare = heldOut
    salt = seed
  }

  func drawLength(using generator: inout SeededGenerator) -> Int {
    lengths.lowerBound + generator.index(below: lengths.count)
  }

  /// Fills `tokens` with the ids of one input of its length, BOS left out.
  func draw(
    _ part: Part, into tokens: inout [Int32], using generator: inout SeededGenerator
  ) {
    // A length whose every input is on the other side would never end; after this many draws any will do.
    for _ in 0..<200 {
      propose(into: &tokens, using: &generator)
      if !isDisjoint || isHeldOut(tokens) == (part == .heldOut) { return }
    }
  }

  /// Which side of the split an input is on: a hash of its content decides.
  func isHeldOut(_ tokens: [Int32]) -> Bool {
    var hash = salt ^ 0xCBF2_9CE4_8422_2325
    for token in tokens {
      hash = (hash ^ UInt64(UInt32(bitPattern: token))) &* 0x100_0000_01B3
      hash ^= hash >> 29
    }
    hash = (hash ^ (hash >> 32)) &* 0xD6E8_FEB8_6659_FD93
    return Double(hash >> 11) * 0x1p-53 < heldOutShare
  }

  private func propose(into tokens: inout [Int32], using generator: inout SeededGenerator) {
    func token() -> Int32 { Int32(generator.index(below: vocabulary)) }
    for i in tokens.indices { tokens[i] = token() }
    guard generator.next() & 1 == 0, tokens.count > 1 else { return }
    let kinds = 1 + generator.index(below: min(3, vocabulary))
    let few = (0..<kinds).map { _ in token() }
    switch generator.index(below: 5) {
    case 0: break
    case 1: tokens.sort()
    case 2: tokens.sort(by: >)
    case 3:
      for i in 0..<tokens.count / 2 { tokens[tokens.count - 1 - i] = tokens[i] }
    default:
      for i in tokens.indices { tokens[i] = few[i % few.count] }
    }
    if generator.next() & 1 == 0 {
      for i in tokens.indices where generator.next() & 1 == 0 {
        tokens[i] = few[generator.index(below: kinds)]
      }
    }
    if generator.next() & 1 == 0 { tokens[generator.index(below: tokens.count)] = token() }
  }
}
