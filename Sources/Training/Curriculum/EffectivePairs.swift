import Transformer

/// Pairs of inputs between which the swap of a node changes the program's output, to be trained on as often as
/// pairs between which it changes nothing, or at some other share.
///
/// Of random pairs these may be few: two random sequences rarely mix to a sorted one. A transformer then learns
/// first that the swap changes nothing, and hardly ever sees that it is wrong.
struct EffectivePairs: Codable, Sendable {
  /// Pairs of one node and two lengths, the latest in the place of random others.
  private struct Shelf: Codable, Sendable {
    let lengths: SwapLengths
    var pairs: [SwapPair] = []
  }

  private let wantedShare: Double
  /// By node, in the order of lengths.
  private var shelves: [[Shelf]]
  /// Running mean of the share of effective pairs among those drawn at random, by node.
  private var shares: [Double]

  /// Pairs that are kept of one node and two lengths.
  static let capacity = 64

  /// - Parameter wantedShare: what the share of effective pairs is brought up to
  init(nodes: Int, wantedShare: Double) {
    self.wantedShare = wantedShare
    shelves = Array(repeating: [], count: nodes)
    shares = Array(repeating: 1, count: nodes)
  }

  /// Takes note of pairs drawn at random, and of how many of them were effective.
  mutating func note(node: Int, drawn: Int, effective: Int) {
    guard drawn > 0 else { return }
    shares[node] += 0.02 * (Double(effective) / Double(drawn) - shares[node])
  }

  /// Keeps a pair that is effective, unless random pairs of its node are so often enough.
  mutating func keep(node: Int, _ pair: SwapPair, using generator: inout SeededGenerator) {
    guard shares[node] < wantedShare else { return }
    let lengths = pair.lengths
    let place = shelves[node].firstIndex { $0.lengths >= lengths } ?? shelves[node].count
    if place == shelves[node].count || shelves[node][place].lengths != lengths {
      shelves[node].insert(Shelf(lengths: lengths), at: place)
    }
    if shelves[node][place].pairs.count < Self.capacity {
      shelves[node][place].pairs.append(pair)
    } else {
      shelves[node][place].pairs[generator.index(below: Self.capacity)] = pair
    }
  }

  /// Lengths of which pairs are kept, as often as is needed where a node's effective pairs are few; nil otherwise.
  func drawLengths(node: Int, using generator: inout SeededGenerator) -> SwapLengths? {
    guard !shelves[node].isEmpty, generator.uniform() < wantedShare - shares[node] else { return nil }
    return shelves[node][generator.index(below: shelves[node].count)].lengths
  }

  /// A kept pair as often as brings effective pairs to their share; nil otherwise.
  func draw(node: Int, _ lengths: SwapLengths, using generator: inout SeededGenerator) -> SwapPair? {
    let share = shares[node]
    guard share < wantedShare, let kept = shelves[node].first(where: { $0.lengths == lengths })?.pairs,
      !kept.isEmpty
    else { return nil }
    // A few pairs are not to be learned by heart.
    let wanted = (wantedShare - share) / (1 - share) * min(1, Double(kept.count) / 16)
    return generator.uniform() < wanted ? kept[generator.index(below: kept.count)] : nil
  }
}
