import Transformer

/// Pairs of inputs between which swapping a node changes the program's output. They are trained on as often
/// as pairs between which it changes nothing, or at another given share.
///
/// Among random pairs they may be rare: a mixture of two random sequences is hardly ever sorted. A
/// transformer would then first learn that the swap changes nothing, and hardly ever see that this is wrong.
struct EffectivePairs: Codable, Sendable {
  /// The pairs kept for one node and two lengths; new pairs replace random old ones.
  private struct Shelf: Codable, Sendable {
    let lengths: SwapLengths
    var pairs: [SwapPair] = []
  }

  private let wantedShare: Double
  /// By node, sorted by lengths.
  private var shelves: [[Shelf]]
  /// The running mean of the share of effective pairs among random ones, by node.
  private var shares: [Double]

  /// How many pairs are kept for one node and two lengths.
  static let capacity = 64

  /// - Parameter wantedShare: the share of effective pairs to reach
  init(nodes: Int, wantedShare: Double) {
    self.wantedShare = wantedShare
    shelves = Array(repeating: [], count: nodes)
    shares = Array(repeating: 1, count: nodes)
  }

  /// Records pairs drawn at random, and how many of them were effective.
  mutating func note(node: Int, drawn: Int, effective: Int) {
    guard drawn > 0 else { return }
    shares[node] += 0.02 * (Double(effective) / Double(drawn) - shares[node])
  }

  /// Keeps an effective pair, unless random pairs of its node are effective often enough.
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

  /// If a node's effective pairs are too few, and as often as needed, lengths for which pairs are kept;
  /// otherwise nil.
  func drawLengths(node: Int, using generator: inout SeededGenerator) -> SwapLengths? {
    guard !shelves[node].isEmpty, generator.uniform() < wantedShare - shares[node] else { return nil }
    return shelves[node][generator.index(below: shelves[node].count)].lengths
  }

  /// A kept pair, as often as needed to reach the share; otherwise nil.
  func draw(node: Int, _ lengths: SwapLengths, using generator: inout SeededGenerator) -> SwapPair? {
    let share = shares[node]
    guard share < wantedShare, let kept = shelves[node].first(where: { $0.lengths == lengths })?.pairs,
      !kept.isEmpty
    else { return nil }
    // If only a few pairs are kept, they are drawn less often, so that they are not memorised.
    let wanted = (wantedShare - share) / (1 - share) * min(1, Double(kept.count) / 16)
    return generator.uniform() < wanted ? kept[generator.index(below: kept.count)] : nil
  }
}
