import Compiler
import Transformer

/// Looks for swaps of a component that fail, by hill climbing, since random swaps find only frequent errors.
///
/// Pairs of inputs are changed a little (``SwapDraw``), and a change is kept if it makes the transformer more
/// certain of a wrong output, or less certain of the right one.
final class WorstCaseSearch {
  /// The number of pairs of blocks that climb, and the number of changes that each of their lanes tries.
  private static let climbs = 8
  private static let changes = 24

  private let config: TransformerConfig
  private let nodes: SIITNodes
  private let loss: LossKernel
  private let draw: SwapDraw
  private let weights: WeightBuffer
  private let batch: PairBatch
  private let plain: PlainRun
  private let swapped: SwappedRun

  init(_ compiled: CompiledCircuit, _ parameters: Parameters, _ draw: SwapDraw, tolerance: Double) {
    config = parameters.config
    nodes = SIITNodes(compiled, config: config)
    loss = LossKernel(for: compiled, tolerance: tolerance)
    self.draw = draw
    weights = WeightBuffer(parameters)
    batch = PairBatch(compiled, blocks: 2, tolerance: tolerance)
    plain = PlainRun(config: config, capacity: PairBatch.capacity(config, blocks: 2))
    swapped = SwappedRun(config: config)
  }

  /// Searches for failures of every component.
  func run(seed: UInt64) -> WorstCases {
    var failures: [Component: Int] = [:]
    for component in config.components {
      var generator = SeededGenerator(seed: seed, stream: "worst cases \(component.hookName)")
      let node = nodes.aligned.firstIndex(of: component)
      let count = (0..<Self.climbs).reduce(0) { sum, _ in
        sum + climb(component, node, using: &generator)
      }
      if count > 0 { failures[component] = count }
    }
    return WorstCases(tries: Self.climbs * (1 + Self.changes) * laneCount, failures: failures)
  }

  /// Sixteen pairs of the same lengths climb independently; returns how many failures they met.
  private func climb(_ component: Component, _ node: Int?, using generator: inout SeededGenerator) -> Int {
    let first = draw.pair(using: &generator)
    var pairs = [first]
    while pairs.count < laneCount {
      pairs.append(draw.changed(first, using: &generator) ?? first)
    }
    var (heights, failures) = heights(pairs, component, node)
    for _ in 0..<Self.changes {
      let next = pairs.map { draw.changed($0, using: &generator) ?? $0 }
      let (nextHeights, failed) = self.heights(next, component, node)
      failures += failed
      for lane in pairs.indices where nextHeights[lane] >= heights[lane] {
        pairs[lane] = next[lane]
        heights[lane] = nextHeights[lane]
      }
    }
    return failures
  }

  /// How close each lane's swap is to a wrong output, and how many lanes have a wrong output.
  private func heights(_ pairs: [SwapPair], _ component: Component, _ node: Int?) -> ([Float], Int) {
    batch.load([pairs], into: plain)
    plain.forward(weights)
    let targets =
      node.map { batch.targets(block: 0, swapping: [$0]).targets } ?? batch.targets(block: 0).targets
    let swap = batch.swap(ComponentSet([component], config: config), block: 0)
    swapped.forward(weights, swap, over: plain)
    let logits = swapped.logits(swap, over: plain)
    let heights = pairs.indices.map { lane in
      stride(from: lane, to: logits.stride, by: laneCount).reduce(-Float.infinity) { greatest, column in
        guard targets.ids[column] >= 0 else { return greatest }
        return max(greatest, loss.error(logits, targets, column: column))
      }
    }
    let score = loss.score(logits, targets, weight: nil)
    return (heights, score.wrongLanes.nonzeroBitCount)
  }
}

extension LossKernel {
  /// How far one counted column is from being right: for a number, the distance; otherwise, how far the
  /// largest of the other logits is above the right one.
  fileprivate func error(_ logits: Tile, _ targets: Targets, column: Int) -> Float {
    if case .squaredError = kind { return abs(logits.row(0)[column] - targets.numbers[column]) }
    let right = Int(targets.ids[column])
    var greatest = -Float.infinity
    for output in 0..<outputs where output != right {
      greatest = max(greatest, logits.row(output)[column])
    }
    return greatest - logits.row(right)[column]
  }
}

extension WorstCases {
  /// Searches with held-out inputs.
  ///
  /// - Parameter trainingSeed: the seed of the training run, which determines what was held out
  package init(
    of parameters: Parameters, _ compiled: CompiledCircuit, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64, seed: UInt64
  ) {
    let sampler = InputSampler(compiled, heldOut: settings.heldOut, seed: trainingSeed)
    self = WorstCaseSearch(
      compiled, parameters, SwapDraw(sampler: sampler, part: .heldOut), tolerance: settings.tolerance
    ).run(seed: seed)
  }
}
