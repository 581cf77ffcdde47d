import Transformer

/// Chooses which aligned nodes to swap on which pairs of inputs: more of what is still wrong, and enough of what
/// chance hardly shows.
struct SwapCurriculum: Codable, Sendable {
  private var nodes: NodeSampler
  private var hardPairs = HardPairs()
  private var effectivePairs: EffectivePairs

  /// What a pair of blocks is for.
  struct Plan {
    var pairs: PairBatch.Plan
    /// The nodes to swap in the even and in the odd block.
    var nodes: [Int]
    /// Whether the pairs given are some that the even block's node was lately wrong on.
    var isReplay = false

    func node(_ block: Int) -> Int { nodes[block % 2] }
  }

  /// - Parameter effectiveShare: the least share of pairs whose swap is to change the output
  init(nodes: Int, effectiveShare: Double) {
    self.nodes = NodeSampler(count: nodes)
    effectivePairs = EffectivePairs(nodes: nodes, wantedShare: effectiveShare)
  }

  /// Pairs that some node was lately wrong on, and any for the odd block's node; nil where there are none.
  mutating func replay(using generator: inout SeededGenerator) -> Plan? {
    guard let group = hardPairs.take() else { return nil }
    let pairs = PairBatch.Plan(
      lengths: group.pairs[0].lengths, isPlain: group.pairs.allSatisfy(\.map.isPlain),
      given: group.pairs.map { .init(pair: $0) })
    return Plan(pairs: pairs, nodes: [group.node, nodes.draw(using: &generator)], isReplay: true)
  }

  /// Any pairs of two lengths, and among them effective ones for either node.
  mutating func plan(_ sampler: InputSampler, using generator: inout SeededGenerator) -> Plan {
    let drawn = [nodes.draw(using: &generator), nodes.draw(using: &generator)]
    var pairs = PairBatch.Plan(sampler, using: &generator)
    if let lengths = effectivePairs.drawLengths(node: drawn[0], using: &generator) {
      pairs = PairBatch.Plan(lengths: lengths, isPlain: lengths.base == lengths.source && pairs.isPlain)
    }
    var plan = Plan(pairs: pairs, nodes: drawn)
    for lane in 0..<laneCount {
      let isOdd = !lane.isMultiple(of: 2)
      let lengths = isOdd ? pairs.lengths.reversed : pairs.lengths
      guard let pair = effectivePairs.draw(node: drawn[lane % 2], lengths, using: &generator) else {
        continue
      }
      plan.pairs.given.append(.init(pair: pair, isOdd: isOdd))
    }
    return plan
  }

  /// Learns from the swap of a block's node alone.
  ///
  /// - Parameter changed: the lanes where the swap changes the program's output
  mutating func note(
    _ plan: Plan, block: Int, _ batch: PairBatch, _ score: BlockScore, changed: UInt16,
    using generator: inout SeededGenerator
  ) {
    let node = plan.node(block)
    // Pairs picked for being wrong would say too much of their node.
    if !(plan.isReplay && block.isMultiple(of: 2)) { nodes.note(node, score) }
    for lane in 0..<laneCount where score.wrongLanes & 1 << UInt16(lane) != 0 {
      hardPairs.note(node: node, batch.pair(block: block, lane: lane))
    }
    let given = plan.pairs.given.count
    guard given < laneCount else { return }
    let effective = (changed >> UInt16(given)).nonzeroBitCount
    effectivePairs.note(node: node, drawn: laneCount - given, effective: effective)
    for lane in given..<laneCount where changed & 1 << UInt16(lane) != 0 {
      effectivePairs.keep(node: node, batch.pair(block: block, lane: lane), using: &generator)
    }
  }
}
