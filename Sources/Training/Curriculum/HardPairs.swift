import Transformer

/// Pairs of inputs on which a swap of a node, or of several together, was recently wrong, to be trained on
/// again.
///
/// Towards the end, few random pairs have anything left to teach; these do (hard example mining, as in
/// Shrivastava et al., arXiv 1604.03540). A pair that is taken out is forgotten, and recorded again if it is
/// still wrong.
struct HardPairs: Codable, Sendable {
  /// Pairs of the same two lengths together with the nodes to swap, at most as many as a block has lanes.
  struct Group: Codable, Sendable {
    var nodes: [Int]
    var pairs: [SwapPair]
  }

  /// In the order in which they were recorded.
  private var groups: [Group] = []

  /// How many groups are kept; the oldest goes first.
  static let capacity = 128

  mutating func note(_ nodes: [Int], _ pair: SwapPair) {
    let place = groups.lastIndex {
      $0.nodes == nodes && $0.pairs[0].lengths == pair.lengths && $0.pairs.count < laneCount
    }
    if let place {
      groups[place].pairs.append(pair)
    } else {
      if groups.count == Self.capacity { groups.removeFirst() }
      groups.append(Group(nodes: nodes, pairs: [pair]))
    }
  }

  /// Removes and returns the fullest group; nil if there is none.
  mutating func take() -> Group? {
    guard let place = groups.indices.max(by: { groups[$0].pairs.count < groups[$1].pairs.count }) else {
      return nil
    }
    return groups.remove(at: place)
  }
}
