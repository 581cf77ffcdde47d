import Transformer

/// What one step ran, so that its matrix products can be counted.
struct StepWork {
  /// Positions of the blocks that ran plainly.
  var positions: [Int] = []
  /// What ran on top of them.
  var swaps: [Swap] = []
  var patches: [EdgePatch] = []

  /// Sequences that ran plainly, and those that ran again with a swap or a patch.
  var sequences: Int { positions.count * laneCount }
  var swappedSequences: Int { (swaps.count + patches.count) * laneCount }

  func products(_ config: TransformerConfig) -> [ProductShape] {
    positions.flatMap { ProductShape.plain(config, positions: $0) }
      + swaps.flatMap { ProductShape.swap($0, config, positions: positions[$0.base]) }
      + patches.flatMap { ProductShape.patch($0.target, config, positions: positions[$0.base]) }
  }
}
