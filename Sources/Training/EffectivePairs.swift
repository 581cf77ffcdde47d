import Transformer

/// Pairs of inputs between which the swap of a node changes the program's output, to be trained on as often as
/// pairs between which it changes nothing, or at some other share.
///
/// Of random pairs these may be few: two random sequences rarely mix to a sorted one. A transformer then learns
/// first that the swap changes nothing, and hardly ever sees that it is wrong.
struct EffectivePairs: Codable, Sendable {
  private let lengths: ClosedRange<Int>
  private let wantedShare: Double
  /// For each node and each length, from the least on: pairs, the latest in the place of random others.
  private var pairs: [[[InputPair]]]
  /// Running mean of the share of effective pairs among those drawn at random, by node.
  private var shares: [Double]

  /// Pairs that are kept of one node and length.
  static let capacity = 64

  /// - Parameter wantedShare: what the share of effective pairs is brought up to
  init(nodes: Int, lengths: ClosedRange<Int>, wantedShare: Double) {
    self.lengths = lengths
    self.wantedShare = wantedShare
    pairs = Array(repeating: Array(repeating: [], count: lengths.count), count: nodes)
    shares = Array(repeating: 1, count: nodes)
  }

  /// Takes note of pairs drawn at random, and of how many of them were effective.
  mutating func note(node: Int, drawn: Int, effective: Int) {
    guard drawn > 0 else { return }
    shares[node] += 0.02 * (Double(effective) / Double(drawn) - shares[node])
  }

  /// Keeps a pair that is effective, unless random pairs of its node are so often enough.
  mutating func keep(node: Int, _ pair: InputPair, using generator: inout SeededGenerator) {
    guard shares[node] < wantedShare else { return }
    let length = pair.base.count - lengths.lowerBound
    if pairs[node][length].count < Self.capacity {
      pairs[node][length].append(pair)
    } else {
      pairs[node][length][generator.index(below: Self.capacity)] = pair
    }
  }

  /// A kept pair as often as brings effective pairs to their share; nil otherwise.
  func draw(node: Int, length: Int, using generator: inout SeededGenerator) -> InputPair? {
    let share = shares[node]
    let kept = pairs[node][length - lengths.lowerBound]
    guard share < wantedShare, !kept.isEmpty else { return nil }
    // A few pairs are not to be learned by heart.
    let wanted = (wantedShare - share) / (1 - share) * min(1, Double(kept.count) / 16)
    return generator.uniform() < wanted ? kept[generator.index(below: kept.count)] : nil
  }
}
