import Compiler
import Transformer

/// Measures accuracy, IIA and SIIA of a transformer on swaps between inputs of any lengths and positions.
///
/// Every component is swapped alone, random sets of the circuit's components together, and random halves and
/// all of the other components. If random swaps of a node of the circuit change the program's output too
/// rarely, swaps that do so are searched for; they count only for the node's effective share.
final class SIITMeasure {
  /// Roughly the number of columns in a batch.
  private static let columns = 4096
  /// The largest number of swaps tried per effective position that is wanted of a node.
  private static let tries = 20
  /// The number of edges outside the circuit that are tried on every block.
  private static let edgesPerBlock = 4

  private let compiled: CompiledCircuit
  private let nodes: SIITNodes
  private let config: TransformerConfig
  private let tolerance: Double
  private let sets: (aligned: [ComponentSet], outside: [ComponentSet])
  private let loss: LossKernel
  private let plain: PlainRun
  private let swapped: SwappedRun
  private let strictEdges: StrictEdges
  private let patched: PatchedEdgeRun
  private let batch: PairBatch

  init(
    _ compiled: CompiledCircuit, config: TransformerConfig, nodes: SIITNodes, _ edges: StrictEdges,
    tolerance: Double
  ) {
    strictEdges = edges
    patched = PatchedEdgeRun(config: config)
    self.compiled = compiled
    self.nodes = nodes
    self.config = config
    self.tolerance = tolerance
    sets = (
      nodes.aligned.map { ComponentSet([$0], config: config) },
      nodes.outside.map { ComponentSet([$0], config: config) }
    )
    loss = LossKernel(for: compiled, tolerance: tolerance)
    // Longer sequences run in smaller batches, so that measuring takes less memory than training.
    let blocks = max(2, min(16, Self.columns / (config.context * laneCount) / 2 * 2))
    batch = PairBatch(compiled, blocks: blocks, tolerance: tolerance)
    plain = PlainRun(config: config, capacity: PairBatch.capacity(config, blocks: blocks))
    swapped = SwappedRun(config: config)
  }

  /// Draws at least `pairs` pairs and scores every node on all of them.
  ///
  /// - Parameters:
  ///   - needed: the number of effective positions that every node of the circuit should have
  ///   - aim: if given, measuring ends as soon as a figure has too many errors to reach it
  func measure(
    _ weights: WeightBuffer, _ sampler: InputSampler, pairs: Int, needed: Int, aim: Double? = nil,
    using generator: inout SeededGenerator
  ) -> SIITReport {
    var report = emptyReport
    var edges: [Int: SIITReport.Node] = [:]
    report.needed = needed
    let rounds = rounds(pairs)
    for round in 1...rounds {
      batch.draw(sampler, .heldOut, into: plain, using: &generator)
      add(to: &report, &edges, weights, using: &generator)
      report.worstEdge = edges.sorted { $0.key < $1.key }.map(\.value).min {
        $0.overallShare < $1.overallShare
      }
      let share = Double(round) / Double(rounds)
      if let aim, report.all.contains(where: { $0.errors > (1 - aim) * Double($0.counted) / share + 1 }) {
        return report
      }
    }
    var search = EffectiveSearch(
      compiled.causalModel, SwapDraw(sampler: sampler, part: .heldOut), tolerance: tolerance)
    for node in nodes.aligned.indices where report.iia[node].effective < needed {
      let found = search.find(
        node, wanted: needed - report.iia[node].effective, tries: Self.tries * needed, using: &generator)
      add(found, of: node, to: &report.iia[node], weights)
    }
    return report
  }

  /// Scores a node's effective positions on pairs found for it.
  private func add(
    _ pairs: [SwapPair], of node: Int, to tally: inout SIITReport.Node, _ weights: WeightBuffer
  ) {
    for chunks in Self.chunks(pairs, atMost: batch.blocks / 2) {
      batch.load(chunks, into: plain)
      plain.forward(weights)
      for block in stride(from: 0, to: batch.layout.blocks.count, by: 2) {
        let targets = batch.targets(block: block, swapping: [node]).targets
        let score = score(weights, block, sets.aligned[node], targets)
        tally.effective += score.effective
        tally.effectiveCorrect += score.effectiveCorrect
      }
    }
  }

  /// Pairs of the same lengths, up to sixteen together, in groups of the given size.
  static func chunks(_ pairs: [SwapPair], atMost count: Int) -> [[[SwapPair]]] {
    let byLengths = Dictionary(grouping: pairs, by: \.lengths)
    let chunks = byLengths.keys.sorted().flatMap { lengths in
      let pairs = byLengths[lengths] ?? []
      return stride(from: 0, to: pairs.count, by: laneCount).map {
        Array(pairs[$0..<min($0 + laneCount, pairs.count)])
      }
    }
    return stride(from: 0, to: chunks.count, by: count).map {
      Array(chunks[$0..<min($0 + count, chunks.count)])
    }
  }

  /// Draws at least `pairs` inputs and scores the output alone.
  func accuracy(
    _ weights: WeightBuffer, _ sampler: InputSampler, pairs: Int, using generator: inout SeededGenerator
  ) -> Double {
    var accuracy = SIITReport.Node(.output)
    for _ in 0..<rounds(pairs) {
      batch.draw(sampler, .heldOut, into: plain, using: &generator)
      plain.forward(weights)
      for (index, block) in batch.layout.blocks.enumerated() {
        let own = batch.targets(block: index).targets
        accuracy.add(loss.score(plain.activations.logits[block], own, weight: nil))
      }
    }
    return accuracy.share
  }

  private func rounds(_ pairs: Int) -> Int {
    max(1, (pairs + batch.blocks * laneCount - 1) / (batch.blocks * laneCount))
  }

  private var emptyReport: SIITReport {
    func tally(_ components: [Component]) -> [SIITReport.Node] {
      components.map { SIITReport.Node(.component($0)) }
    }
    var report = SIITReport()
    report.iia = tally(nodes.aligned)
    report.siia = tally(nodes.outside)
    return report
  }

  /// Runs the batch and adds up every node's scores.
  private func add(
    to report: inout SIITReport, _ edgeTallies: inout [Int: SIITReport.Node], _ weights: WeightBuffer,
    using generator: inout SeededGenerator
  ) {
    plain.forward(weights)
    func some(_ components: [Component]) -> ComponentSet {
      ComponentSet(components.filter { _ in generator.next() & 1 == 0 }, config: config)
    }
    for (index, block) in batch.layout.blocks.enumerated() {
      let own = batch.targets(block: index).targets
      report.accuracy.add(loss.score(plain.activations.logits[block], own, weight: nil))
      for (node, set) in sets.outside.enumerated() {
        report.siia[node].add(score(weights, index, set, own))
      }
      if !nodes.outside.isEmpty {
        let half = some(nodes.outside)
        let all = ComponentSet(nodes.outside, config: config)
        if !half.isEmpty { report.halves.add(score(weights, index, half, own)) }
        report.together.add(score(weights, index, all, own))
        for set in [half, all] where !set.isEmpty {
          report.zeroed.add(score(weights, Swap(base: index, origin: .zero, components: set), own))
        }
      }
      for _ in 0..<Self.edgesPerBlock where !strictEdges.edges.isEmpty {
        let edge = generator.index(below: strictEdges.edges.count)
        let patch = batch.patch(strictEdges.edges[edge], block: index)
        patched.forward(weights, patch, over: plain)
        let score = loss.score(patched.logits(patch, over: plain), own, weight: nil)
        report.edges.add(score)
        let named = CircuitEdge(strictEdges.edges[edge].edge, layers: config.layers)
        edgeTallies[edge, default: .init(.edge(named))].add(score)
      }
      for (node, set) in sets.aligned.enumerated() {
        let targets = batch.targets(block: index, swapping: [node]).targets
        report.iia[node].add(score(weights, index, set, targets))
      }
      let taken = nodes.aligned.indices.filter { _ in generator.next() & 1 == 0 }
      if !taken.isEmpty {
        let targets = batch.targets(block: index, swapping: taken).targets
        let set = ComponentSet(taken.map { nodes.aligned[$0] }, config: config)
        report.joint.add(score(weights, index, set, targets))
      }
    }
  }

  private func score(
    _ weights: WeightBuffer, _ block: Int, _ components: ComponentSet, _ targets: Targets
  ) -> BlockScore {
    score(weights, batch.swap(components, block: block), targets)
  }

  private func score(_ weights: WeightBuffer, _ swap: Swap, _ targets: Targets) -> BlockScore {
    swapped.forward(weights, swap, over: plain)
    return loss.score(swapped.logits(swap, over: plain), targets, weight: nil)
  }
}

extension SIITReport.Node {
  mutating func add(_ score: BlockScore) {
    correct += score.correct
    counted += score.counted
    effective += score.effective
    effectiveCorrect += score.effectiveCorrect
    pairs += score.countedLanes.nonzeroBitCount
    correctPairs += (score.countedLanes & ~score.wrongLanes).nonzeroBitCount
  }
}

extension LossKernel {
  /// Cross-entropy for a categorical circuit, squared error for a numerical one.
  init(for compiled: CompiledCircuit, tolerance: Double) {
    switch compiled.outputs {
    case .categorical(let values): self.init(kind: .crossEntropy, outputs: values.count)
    case .numerical: self.init(kind: .squaredError(tolerance: Float(tolerance)), outputs: 1)
    }
  }
}
