import Transformer

/// Input pairs run once: every activation that edge interventions read, in blocks of sixteen inputs.
final class PreparedInputs {
  let model: EdgeModel
  let ablation: Ablation
  let divergence: DivergenceKernel
  let blocks: [PreparedBlock]
  /// The mean divergence of the corrupted inputs' outputs from the clean ones': the scale of effects.
  private(set) var corruptedDivergence = 0.0
  private let arena = Arena()

  /// - Parameters:
  ///   - seed: for the positions that the position embedding is resampled from
  ///   - keepsMLPBias: whether zero ablation sets an MLP's hidden activation to zero, so that its output is its
  ///     bias, and not its output
  init(
    _ pairs: InputPairs, model: EdgeModel, ablation: Ablation, seed: UInt64, keepsMLPBias: Bool = false
  ) {
    self.model = model
    self.ablation = ablation
    let c = model.config
    divergence = DivergenceKernel(
      kind: pairs.outputKind == .categorical ? .kullbackLeibler : .squaredError, outputs: c.outputs)
    let countedPositions = pairs.counted.reduce(0) { $0 + $1.count { $0 } }
    var blocks: [PreparedBlock] = []
    let byLength = Dictionary(grouping: pairs.clean.indices) { pairs.clean[$0].count }
    for positions in byLength.keys.sorted() {
      let members = byLength[positions] ?? []
      for first in stride(from: 0, to: members.count, by: laneCount) {
        blocks.append(
          PreparedBlock(
            model, arena, positions: positions,
            members: Array(members[first..<min(first + laneCount, members.count)]), pairs: pairs,
            countedPositions: countedPositions))
      }
    }
    self.blocks = blocks

    var generator = SeededGenerator(seed: seed, stream: "positions")
    let run = MaskedRun(model)
    let intact = EdgeMask(model.graph, 1)
    let kernel = divergence
    for block in blocks {
      run.runPlainly(block, tokens: block.corruptedTokens, intact, into: block.ablated)
      block.corruptedOutputs.copy(run.logits(block), channels: c.outputs)
      kernel.distribution(block.corruptedOutputs, into: block.corruptedProbabilities)
      run.runPlainly(block, tokens: block.cleanTokens, intact, into: block.difference)
      block.cleanOutputs.copy(run.logits(block), channels: c.outputs)
      kernel.distribution(block.cleanOutputs, into: block.cleanProbabilities)
      corruptedDivergence += kernel.value(
        block.corruptedOutputs, given: block.cleanOutputs, probabilities: block.cleanProbabilities,
        weights: block.weights)
    }
    // Until here `difference` holds the clean activations themselves, and `ablated` the corrupted ones.
    switch ablation {
    case .resample: for block in blocks { permutePositions(block, &generator) }
    case .mean: takeMeans()
    case .zero:
      for block in blocks {
        block.ablated.clear(channels: model.stackChannels)
        guard keepsMLPBias else { continue }
        for (layer, bias) in model.mlpOutBias.enumerated() {
          model.tile(model.graph.index(of: .mlp(layer: layer)), of: block.ablated)
            .fill(bias, channels: c.dModel)
        }
      }
    }
    let sum = arena.tile(channels: c.dModel, positions: c.context)
    for block in blocks {
      block.difference.subtract(block.ablated, channels: model.stackChannels)
      for (stage, fixed) in zip(model.stages, block.fixed) {
        let sum = Tile(base: sum.base, stride: fixed.stride)
        mix(
          intact.part(stage), mixtures: 1, sources: stage.sources, block.ablated, into: sum,
          channels: c.dModel)
        fixed.fill(stage.bias, channels: stage.outputs)
        product(stage.weights, sum, rows: c.dModel, into: fixed, outputs: stage.outputs, adding: true)
      }
    }
  }

  /// Gives each input's positions, BOS left alone, another's embedding (Sattolo's cyclic permutation).
  private func permutePositions(_ block: PreparedBlock, _ generator: inout SeededGenerator) {
    let embedding = model.tile(model.graph.index(of: .positionEmbed), of: block.ablated)
    for lane in 0..<laneCount {
      var order = Array(0..<block.positions)
      for i in stride(from: block.positions - 1, to: 1, by: -1) {
        order.swapAt(i, 1 + generator.index(below: i - 1))
      }
      for channel in 0..<model.config.dModel {
        for position in 0..<block.positions {
          embedding.row(channel)[position * laneCount + lane] =
            model.positions[order[position] * model.config.dModel + channel]
        }
      }
    }
  }

  private func takeMeans() {
    let dModel = model.config.dModel
    let positionRows = dModel..<2 * dModel
    let context = model.config.context
    var counts = [Double](repeating: 0, count: context)
    for block in blocks {
      for position in 0..<block.positions { counts[position] += Double(block.members) }
    }
    let tokenCount = counts.dropFirst().reduce(0, +)
    for row in 0..<model.stackChannels {
      var sums = [Double](repeating: 0, count: context)
      for block in blocks {
        let values = block.difference.row(row)
        for position in 0..<block.positions {
          for lane in 0..<block.members { sums[position] += Double(values[position * laneCount + lane]) }
        }
      }
      var means = zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }
      if positionRows.contains(row), tokenCount > 0 {
        let overall = sums.dropFirst().reduce(0, +) / tokenCount
        for position in 1..<context { means[position] = overall }
      }
      for block in blocks {
        let values = block.ablated.row(row)
        for position in 0..<block.positions {
          for lane in 0..<laneCount { values[position * laneCount + lane] = Float(means[position]) }
        }
      }
    }
  }
}

/// Sixteen input pairs of one length.
final class PreparedBlock {
  let positions: Int
  /// Lanes that hold inputs; the others repeat the last and count for nothing.
  let members: Int
  /// The clean input's place among the pairs, lane by lane.
  let indices: [Int]
  /// Tokens by column.
  let cleanTokens: [Int32]
  let corruptedTokens: [Int32]
  /// What each column counts in a mean over all counted positions; [columns].
  let weights: UnsafeMutablePointer<Float>
  /// The sum of the columns' weights.
  let weight: Double
  /// What ablated edges carry, source by source.
  let ablated: Tile
  /// Clean activations less ablated ones, source by source.
  let difference: Tile
  /// What each stage's targets receive when every edge is ablated.
  let fixed: [Tile]
  let cleanOutputs, corruptedOutputs: Tile
  /// With one more channel for the log of the sum of exponentials.
  let cleanProbabilities, corruptedProbabilities: Tile

  init(
    _ model: EdgeModel, _ arena: Arena, positions: Int, members: [Int], pairs: InputPairs,
    countedPositions: Int
  ) {
    self.positions = positions
    self.members = members.count
    indices = members
    func tokens(_ sequences: [[Int32]]) -> [Int32] {
      (0..<positions).flatMap { position in
        (0..<laneCount).map { sequences[members[min($0, members.count - 1)]][position] }
      }
    }
    cleanTokens = tokens(pairs.clean)
    corruptedTokens = tokens(pairs.corrupted)
    weights = arena.floats(positions * laneCount)
    var counted = 0
    for (lane, member) in members.enumerated() {
      for position in 0..<positions where pairs.counted[member][position] {
        weights[position * laneCount + lane] = Float(1 / Double(countedPositions))
        counted += 1
      }
    }
    weight = Double(counted) / Double(max(countedPositions, 1))
    func tile(_ channels: Int) -> Tile { arena.tile(channels: channels, positions: positions) }
    ablated = tile(model.stackChannels)
    difference = tile(model.stackChannels)
    fixed = model.stages.map { tile($0.outputs) }
    cleanOutputs = tile(model.config.outputs)
    corruptedOutputs = tile(model.config.outputs)
    cleanProbabilities = tile(model.config.outputs + 1)
    corruptedProbabilities = tile(model.config.outputs + 1)
  }
}

extension Tile {
  /// self -= other, over the first channels.
  func subtract(_ other: Tile, channels: Int) {
    let a = other.vectors()
    let b = vectors()
    for i in 0..<channels * stride / laneCount { b[i] -= a[i] }
  }

  /// Sets each of the first channels to one value.
  func fill(_ values: UnsafePointer<Float>, channels: Int) {
    for channel in 0..<channels { row(channel).update(repeating: values[channel], count: stride) }
  }

  /// self *= factor, over the first channels.
  func scale(by factor: Float, channels: Int) {
    let a = vectors()
    for i in 0..<channels * stride / laneCount { a[i] *= Vector(repeating: factor) }
  }
}
