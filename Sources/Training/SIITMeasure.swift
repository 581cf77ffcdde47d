import Compiler
import Transformer

/// Measures accuracy, IIA and SIIA of a transformer on pairs of inputs.
final class SIITMeasure {
  /// Columns of a batch, about.
  private static let columns = 4096

  private let compiled: CompiledCircuit
  private let nodes: SIITNodes
  private let sets: (aligned: [ComponentSet], outside: [ComponentSet])
  private let loss: LossKernel
  private let plain: PlainRun
  private let swapped: SwappedRun
  private let batch: PairBatch

  init(_ compiled: CompiledCircuit, config: TransformerConfig, nodes: SIITNodes, tolerance: Double) {
    self.compiled = compiled
    self.nodes = nodes
    sets = (
      nodes.aligned.map { ComponentSet([$0], config: config) },
      nodes.outside.map { ComponentSet([$0], config: config) }
    )
    loss = LossKernel(for: compiled, tolerance: tolerance)
    // Longer sequences in smaller batches, so that measuring takes less memory than training.
    let blocks = max(2, min(16, Self.columns / (config.context * laneCount) / 2 * 2))
    batch = PairBatch(compiled, blocks: blocks)
    plain = PlainRun(config: config, capacity: PairBatch.capacity(config, blocks: blocks))
    swapped = SwappedRun(config: config)
  }

  /// Draws at least `pairs` pairs and scores every node on all of them.
  func measure(
    _ weights: WeightBuffer, _ sampler: InputSampler, pairs: Int, using generator: inout SeededGenerator
  ) -> SIITReport {
    var report = emptyReport
    for _ in 0..<rounds(pairs) {
      batch.draw(sampler, .heldOut, into: plain, using: &generator)
      add(to: &report, weights)
    }
    return report
  }

  /// Draws at least `pairs` inputs and scores the output alone.
  func accuracy(
    _ weights: WeightBuffer, _ sampler: InputSampler, pairs: Int, using generator: inout SeededGenerator
  ) -> Double {
    var accuracy = SIITReport.Node(node: "output")
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

  /// Scores every node on all pairs, each input of a pair as the base and as the source.
  func measure(_ weights: WeightBuffer, all pairs: [InputPair]) -> SIITReport {
    var report = emptyReport
    report.isExhaustive = true
    // A pair of blocks takes up to sixteen pairs of one length.
    let byLength = Dictionary(grouping: pairs) { $0.base.count }
    let chunks = byLength.keys.sorted().flatMap { length in
      stride(from: 0, to: byLength[length]!.count, by: laneCount).map {
        Array(byLength[length]![$0..<min($0 + laneCount, byLength[length]!.count)])
      }
    }
    for first in stride(from: 0, to: chunks.count, by: batch.blocks / 2) {
      batch.load(Array(chunks[first..<min(first + batch.blocks / 2, chunks.count)]), into: plain)
      add(to: &report, weights)
    }
    return report
  }

  /// Scores every node on all pairs of held-out inputs where these are not many more than `pairs`, else on so many
  /// of the seed's stream.
  func measureThoroughly(
    _ weights: WeightBuffer, _ sampler: InputSampler, pairs: Int, seed: UInt64, stream: String
  ) -> SIITReport {
    if let all = HeldOutPairs.all(sampler, limit: 2 * pairs), !all.isEmpty {
      return measure(weights, all: all)
    }
    var generator = SeededGenerator(seed: seed, stream: stream)
    return measure(weights, sampler, pairs: pairs, using: &generator)
  }

  private func rounds(_ pairs: Int) -> Int {
    max(1, (pairs + batch.blocks * laneCount - 1) / (batch.blocks * laneCount))
  }

  private var emptyReport: SIITReport {
    func tally(_ components: [Component]) -> [SIITReport.Node] {
      components.map { SIITReport.Node(node: $0.hookName) }
    }
    var report = SIITReport(accuracy: .init(node: "output"))
    report.iia = tally(nodes.aligned)
    report.siia = tally(nodes.outside)
    return report
  }

  /// Runs what the batch holds and adds up every node's scores.
  private func add(to report: inout SIITReport, _ weights: WeightBuffer) {
    plain.forward(weights)
    for (index, block) in batch.layout.blocks.enumerated() {
      let own = batch.targets(block: index).targets
      report.accuracy.add(loss.score(plain.activations.logits[block], own, weight: nil))
      for (node, set) in sets.outside.enumerated() {
        report.siia[node].add(score(weights, index, set, own))
      }
      for (node, set) in sets.aligned.enumerated() {
        let targets = batch.targets(block: index, swapping: [node]).targets
        report.iia[node].add(score(weights, index, set, targets))
      }
    }
  }

  private func score(
    _ weights: WeightBuffer, _ block: Int, _ components: ComponentSet, _ targets: Targets
  ) -> BlockScore {
    let swap = Swap(
      base: block, source: block ^ 1, map: .plain(positions: batch.layout.blocks[block].positions),
      components: components)
    swapped.forward(weights, swap, over: plain)
    return loss.score(swapped.logits(swap, over: plain), targets, weight: nil)
  }
}

extension SIITReport.Node {
  mutating func add(_ score: BlockScore) {
    correct += score.correct
    counted += score.counted
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
