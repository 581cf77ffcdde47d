import Compiler
import Foundation
import Transformer

/// Draws a circuit's inputs, with training and held-out ones separated by their content.
///
/// Lengths are drawn uniformly. Half of the inputs are drawn token by token; the other half have some
/// structure that programs look for and that hardly ever occurs at random: few distinct tokens, sorted,
/// mirrored, repeating, or with one token changed. One in five is, or is close to, an input that a search
/// found because it does what others do not, so that a rare branch of a program is trained and measured like
/// a common one.
///
/// For a circuit that takes only some inputs, all are drawn from those.
///
/// If the circuit has a `balance`, its values are drawn equally often, from inputs drawn in this way.
///
/// Inputs of the same length with the same number of distinct tokens are a family. A family too small to
/// split (the constant sequences, say) is used for both: otherwise, there would be nothing left to learn it
/// from.
struct InputSampler: Sendable {
  enum Part: Sendable { case training, heldOut }

  let vocabulary: Int
  let lengths: ClosedRange<Int>
  /// Whether some inputs are measured on but never trained on; false if there are too few to hold any out.
  let isDisjoint: Bool
  private let source: InputSource
  private let heldOutShare: Double
  private let salt: UInt64
  /// For each length, from the shortest, and each number of distinct tokens, whether the family is split.
  private let isSplit: [[Bool]]
  private var balanced: BalancedInputs?
  /// By length: inputs that show what random inputs rarely do.
  private let telling: [TellingInputs?]
  /// By length, the inputs of a circuit that takes only some; nil if it takes all.
  let members: [InputSource.Members]?

  /// The size that a family must have to be split.
  static let smallestFamily = 32.0
  /// With fewer inputs than this, none is searched for: all are drawn soon enough.
  private static let searchedFrom = 4_096
  /// The number of inputs tried to find rare ones and, if not all inputs belong to the circuit, the number of
  /// inputs of one length to draw from.
  private static let searched = 5_000
  private static let members = 20_000

  init(_ compiled: CompiledCircuit, heldOut: Double, seed: UInt64) {
    let vocabulary = compiled.tokenizer.vocabulary.count
    self.vocabulary = vocabulary
    lengths = compiled.circuit.lengths
    heldOutShare = heldOut
    salt = seed
    let source = compiled.inputs
    self.source = source
    let lengths = self.lengths
    if source.isWhole {
      members = nil
      isSplit = lengths.map { length in
        Self.familySizes(length: length, vocabulary: vocabulary).map {
          $0 >= Self.smallestFamily && heldOut > 0
        }
      }
    } else {
      let found = lengths.map { source.members(length: $0, count: Self.members, seed: seed) }
      members = found
      isSplit = zip(lengths, found).map { length, members in
        let families = Dictionary(grouping: members.inputs) { Set($0).count }
        return (0...length).map {
          Double(families[$0]?.count ?? 0) >= Self.smallestFamily && heldOut > 0
        }
      }
    }
    let count = Self.familySizes(length: lengths.upperBound, vocabulary: vocabulary).reduce(0, +)
    let telling = count > Double(Self.searchedFrom) ? source.telling(Self.searched, seed: 0) : nil
    self.telling = lengths.map { telling?.ofLength($0) }
    isDisjoint = isSplit.contains { $0.contains(true) }
    balanced = compiled.balance.map {
      BalancedInputs($0, tokenizer: compiled.tokenizer, sampler: self, seed: seed)
    }
  }

  /// How many sequences of a length have 0, 1, 2, ... distinct tokens.
  static func familySizes(length: Int, vocabulary: Int) -> [Double] {
    var sizes = [1.0]
    for _ in 0..<length {
      // One more token is either one of the k that occur already, or one of those that do not.
      sizes = (0...sizes.count).map { k in
        let repeated = k < sizes.count ? sizes[k] * Double(k) : 0
        let new = k > 0 ? sizes[k - 1] * Double(max(0, vocabulary - k + 1)) : 0
        return repeated + new
      }
    }
    return sizes
  }

  func drawLength(using generator: inout SeededGenerator) -> Int {
    if let members {
      let possible = lengths.filter { !members[$0 - lengths.lowerBound].inputs.isEmpty }
      return possible[generator.index(below: possible.count)]
    }
    return lengths.lowerBound + generator.index(below: lengths.count)
  }

  /// Fills `tokens` with the ids of one input of its length, without BOS.
  func draw(
    _ part: Part, into tokens: inout [Int32], using generator: inout SeededGenerator
  ) {
    let length = tokens.count - lengths.lowerBound
    if let input = balanced?.draw(part, length: length, using: &generator) {
      tokens = input
    } else {
      drawUnbalanced(part, into: &tokens, using: &generator)
    }
  }

  /// The same, ignoring the circuit's `balance`.
  func drawUnbalanced(
    _ part: Part, into tokens: inout [Int32], using generator: inout SeededGenerator
  ) {
    // If every input of a length is on the other side, this would never end; after this many draws, any input
    // will do.
    for _ in 0..<200 {
      propose(into: &tokens, using: &generator)
      if isShared(tokens) || isHeldOut(tokens) == (part == .heldOut) { return }
    }
  }

  /// Whether an input belongs to the circuit and to a part.
  func holds(_ tokens: [Int32], _ part: Part) -> Bool {
    guard source.contains(tokens) else { return false }
    return isShared(tokens) || isHeldOut(tokens) == (part == .heldOut)
  }

  /// Whether an input's family is used for both.
  func isShared(_ tokens: [Int32]) -> Bool {
    var different = 0
    for i in tokens.indices where !tokens[..<i].contains(tokens[i]) { different += 1 }
    return !isSplit[tokens.count - lengths.lowerBound][different]
  }

  /// Which side of the split an input is on, decided by a hash of its content.
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
    let place = tokens.count - lengths.lowerBound
    if let telling = telling[place], generator.index(below: 5) == 0 {
      tokens = telling.draw(using: &generator)
      guard members == nil else { return }
      if generator.next() & 1 == 0 { tokens[generator.index(below: tokens.count)] = token() }
      return
    }
    if let members {
      let inputs = members[place].inputs
      tokens = inputs[generator.index(below: inputs.count)]
      return
    }
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
