import Transformer

/// Chooses which aligned nodes to swap on which pairs of inputs: more of what is still wrong, and enough of
/// what hardly ever occurs at random.
struct SwapCurriculum: Codable, Sendable {
  private var nodes: NodeSampler
  private var hardPairs = HardPairs()
  private var effectivePairs: EffectivePairs
  /// How to change the components outside the circuit.
  private var strictness = NodeSampler(count: Strictness.allCases.count, rate: 0.1)
  /// Which kind of map to use from one input to another.
  private var kinds = NodeSampler(count: PositionMap.Kind.allCases.count)
  /// Which edge outside the circuit to patch.
  private var edges: NodeSampler
  private let count: Int
  private let jointShare: Double

  /// What a pair of blocks is for.
  struct Plan {
    var pairs: PairBatch.Plan
    /// The nodes to swap together in the even and in the odd block, in order.
    var nodes: [[Int]]
    /// Whether the given pairs are pairs on which the even block's nodes were recently wrong.
    var isReplay = false

    func nodes(_ block: Int) -> [Int] { nodes[block % 2] }
  }

  /// - Parameters:
  ///   - effectiveShare: the least share of pairs whose swap should change the output
  ///   - jointShare: how often a node is swapped together with others, each chosen by a coin flip
  init(nodes: Int, edges: Int, effectiveShare: Double, jointShare: Double) {
    self.edges = NodeSampler(count: edges, rate: 0.3)
    self.nodes = NodeSampler(count: nodes)
    self.jointShare = jointShare
    count = nodes
    effectivePairs = EffectivePairs(nodes: nodes, wantedShare: effectiveShare)
  }

  /// What happens to the components outside the circuit.
  enum Strictness: Int, CaseIterable {
    /// Each is swapped or not, by a coin flip.
    case some
    /// All are swapped.
    case all
    /// Each is set to zero or not, by a coin flip.
    case someZero
    /// All are set to zero.
    case allZero
  }

  /// How to change the components outside the circuit; more often in ways in which the transformer was
  /// recently wrong.
  func drawStrictness(using generator: inout SeededGenerator) -> Strictness {
    Strictness.allCases[strictness.draw(using: &generator)]
  }

  mutating func note(_ kind: Strictness, _ score: BlockScore) { strictness.note(kind.rawValue, score) }

  /// The index of an edge outside the circuit.
  func drawEdge(using generator: inout SeededGenerator) -> Int { edges.draw(using: &generator) }

  mutating func note(edge: Int, _ score: BlockScore) { edges.note(edge, score) }

  /// Pairs on which some nodes were recently wrong, with any nodes for the odd block; nil if there are no
  /// such pairs.
  mutating func replay(_ sampler: InputSampler, using generator: inout SeededGenerator) -> Plan? {
    guard let group = hardPairs.take() else { return nil }
    let pairs = PairBatch.Plan(
      lengths: group.pairs[0].lengths, kind: group.pairs.allSatisfy(\.map.isPlain) ? .plain : nil,
      given: group.pairs.map { .init(pair: varied($0, sampler, using: &generator)) })
    let other = nodes.draw(using: &generator)
    return Plan(pairs: pairs, nodes: [group.nodes, joined(other, using: &generator)], isReplay: true)
  }

  /// A kept pair or, just as often, a slightly changed one: so few pairs are soon memorised, and inputs one
  /// change away from them show what makes them special.
  private func varied(
    _ pair: SwapPair, _ sampler: InputSampler, using generator: inout SeededGenerator
  ) -> SwapPair {
    guard generator.next() & 1 == 0 else { return pair }
    return SwapDraw(sampler: sampler, part: .training).changed(pair, using: &generator) ?? pair
  }

  /// A node, alone or together with some of the others.
  private func joined(_ node: Int, using generator: inout SeededGenerator) -> [Int] {
    guard generator.uniform() < jointShare else { return [node] }
    return (0..<count).filter { $0 == node || generator.next() & 1 == 0 }
  }

  /// A kind of map: half of the time as often as it is used in measuring, otherwise more often if it was
  /// recently wrong.
  private func drawKind(using generator: inout SeededGenerator) -> PositionMap.Kind {
    guard generator.next() & 1 == 0 else { return .drawn(using: &generator) }
    return PositionMap.Kind.allCases[kinds.draw(using: &generator)]
  }

  /// Pairs of any two lengths, including effective pairs for either node.
  mutating func plan(_ sampler: InputSampler, using generator: inout SeededGenerator) -> Plan {
    let drawn = [nodes.draw(using: &generator), nodes.draw(using: &generator)]
    let kind = drawKind(using: &generator)
    var pairs = PairBatch.Plan(sampler, kind: kind, using: &generator)
    if let lengths = effectivePairs.drawLengths(node: drawn[0], using: &generator) {
      let fits = kind != .plain || lengths.base == lengths.source
      pairs = PairBatch.Plan(lengths: lengths, kind: fits ? kind : nil)
    }
    var plan = Plan(pairs: pairs, nodes: drawn.map { joined($0, using: &generator) })
    for lane in 0..<laneCount {
      let isOdd = !lane.isMultiple(of: 2)
      let lengths = isOdd ? pairs.lengths.reversed : pairs.lengths
      guard let pair = effectivePairs.draw(node: drawn[lane % 2], lengths, using: &generator) else {
        continue
      }
      let varied = varied(pair, sampler, using: &generator)
      plan.pairs.given.append(.init(pair: varied, isOdd: isOdd, isNew: varied != pair))
    }
    return plan
  }

  /// Learns from the swap of a block's nodes.
  ///
  /// - Parameter changed: the lanes where the swap changes the program's output
  mutating func note(
    _ plan: Plan, block: Int, _ batch: PairBatch, _ score: BlockScore, changed: UInt16,
    using generator: inout SeededGenerator
  ) {
    let swapped = plan.nodes(block)
    for lane in 0..<laneCount where score.wrongLanes & 1 << UInt16(lane) != 0 {
      hardPairs.note(swapped, batch.pair(block: block, lane: lane))
    }
    let kinds = PositionMap.Kind.allCases
    if !plan.isReplay, let kind = plan.pairs.kind, let place = kinds.firstIndex(of: kind) {
      self.kinds.note(place, score)
    }
    // The rest is about single nodes, and pairs chosen because they were wrong would bias it.
    guard swapped.count == 1, !(plan.isReplay && block.isMultiple(of: 2)) else { return }
    let node = swapped[0]
    nodes.note(node, score)
    let given = plan.pairs.given.count
    guard given < laneCount else { return }
    let effective = (changed >> UInt16(given)).nonzeroBitCount
    effectivePairs.note(node: node, drawn: laneCount - given, effective: effective)
    for lane in 0..<laneCount where changed & 1 << UInt16(lane) != 0 {
      if lane < given {
        let given = plan.pairs.given[lane]
        guard given.isNew, given.isOdd != block.isMultiple(of: 2) else { continue }
      }
      effectivePairs.keep(node: node, batch.pair(block: block, lane: lane), using: &generator)
    }
  }
}
