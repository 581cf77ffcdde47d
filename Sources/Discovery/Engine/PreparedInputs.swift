import Transformer

/// Input pairs after a run of each: every activation that edge interventions need, in blocks of sixteen
/// inputs.
final class PreparedInputs {
  let model: EdgeModel
  let divergence: DivergenceKernel
  let blocks: [PreparedBlock]
  /// The mean divergence of the corrupted inputs' outputs from the clean ones': the scale of effects.
  private(set) var corruptedDivergence = 0.0
  private let arena = Arena()

  /// - Parameter keepsMLPBias: whether zero ablation sets an MLP's hidden activation to zero, so that its
  ///   output is its bias, rather than setting its output to zero
  init(_ pairs: InputPairs, model: EdgeModel, ablation: Ablation, keepsMLPBias: Bool = false) {
    self.model = model
    let c = model.config
    divergence = DivergenceKernel(
      kind: pairs.outputKind == .categorical ? .kullbackLeibler : .squaredError, outputs: c.outputs)
    let countedPositions = pairs.countedPositions
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

    let run = MaskedRun(model)
    let intact = EdgeMask(model.graph, 1)
    let kernel = divergence
    runCorrupted(pairs, run, intact)
    for block in blocks {
      kernel.distribution(block.corruptedOutputs, into: block.corruptedProbabilities)
      run.runPlainly(block.cleanTokens, positions: block.positions, intact, into: block.difference)
      block.cleanOutputs.copy(run.logits(block), channels: c.outputs)
      kernel.distribution(block.cleanOutputs, into: block.cleanProbabilities)
      corruptedDivergence += kernel.value(
        block.corruptedOutputs, given: block.cleanOutputs, probabilities: block.cleanProbabilities,
        weights: block.weights)
    }
    // So far, `difference` holds the clean activations themselves, and `ablated` the corrupted ones.
    switch ablation {
    case .resample: break
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

  /// Runs the corrupted inputs, grouped by length, and stores in `ablated` and `corruptedOutputs` what each
  /// position of a clean input takes from them.
  private func runCorrupted(_ pairs: InputPairs, _ run: MaskedRun, _ intact: EdgeMask) {
    var homes = [(block: Int, lanes: Range<Int>)](repeating: (0, 0..<0), count: pairs.count)
    for (index, block) in blocks.enumerated() {
      for (lane, pair) in block.indices.enumerated() {
        // Unused lanes repeat the last one.
        homes[pair] = (index, lane..<(lane + 1 == block.members ? laneCount : lane + 1))
      }
    }
    let room = arena.floats(model.stackChannels * model.config.context * laneCount)
    let byLength = Dictionary(grouping: pairs.corrupted.indices) { pairs.corrupted[$0].count }
    for positions in byLength.keys.sorted() {
      let members = byLength[positions] ?? []
      let activations = Tile(base: room, stride: positions * laneCount)
      for first in stride(from: 0, to: members.count, by: laneCount) {
        let group = members[first..<min(first + laneCount, members.count)]
        let tokens = PreparedBlock.tokens(pairs.corrupted, of: Array(group), positions: positions)
        run.runPlainly(tokens, positions: positions, intact, into: activations)
        for (lane, pair) in group.enumerated() {
          let block = blocks[homes[pair].block]
          let places = (0..<block.positions).map { pairs.place(pair, $0) * laneCount + lane }
          for (from, to, channels) in [
            (activations, block.ablated, model.stackChannels),
            (run.logits(positions: positions), block.corruptedOutputs, model.config.outputs),
          ] {
            for channel in 0..<channels {
              let source = from.row(channel)
              let target = to.row(channel)
              for (position, place) in places.enumerated() {
                for lane in homes[pair].lanes { target[position * laneCount + lane] = source[place] }
              }
            }
          }
        }
      }
    }
  }

  private func takeMeans() {
    var counts = (bos: 0.0, others: 0.0)
    for block in blocks {
      counts.bos += Double(block.members)
      counts.others += Double(block.members * (block.positions - 1))
    }
    for row in 0..<model.stackChannels {
      var sums = (bos: 0.0, others: 0.0)
      for block in blocks {
        let values = block.difference.row(row)
        for lane in 0..<block.members {
          sums.bos += Double(values[lane])
          for position in 1..<block.positions { sums.others += Double(values[position * laneCount + lane]) }
        }
      }
      let bos = Float(sums.bos / max(counts.bos, 1))
      let others = Float(sums.others / max(counts.others, 1))
      for block in blocks {
        let values = block.ablated.row(row)
        values.update(repeating: bos, count: laneCount)
        (values + laneCount).update(repeating: others, count: (block.positions - 1) * laneCount)
      }
    }
  }
}

/// Sixteen input pairs whose clean inputs have the same length.
final class PreparedBlock {
  let positions: Int
  /// The number of lanes with inputs; the others repeat the last one and do not count.
  let members: Int
  /// Lane by lane, the index of the pair.
  let indices: [Int]
  /// Tokens by column.
  let cleanTokens: [Int32]
  /// The weight of each column in a mean over all counted positions; [columns].
  let weights: UnsafeMutablePointer<Float>
  /// The sum of the columns' weights.
  let weight: Double
  /// What ablated edges carry, source by source.
  let ablated: Tile
  /// Clean activations minus ablated ones, source by source.
  let difference: Tile
  /// What each stage's targets receive if every edge is ablated.
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
    cleanTokens = Self.tokens(pairs.clean, of: members, positions: positions)
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

  /// The tokens of some sequences by column; unused lanes repeat the last one.
  static func tokens(_ sequences: [[Int32]], of members: [Int], positions: Int) -> [Int32] {
    (0..<positions).flatMap { position in
      (0..<laneCount).map { sequences[members[min($0, members.count - 1)]][position] }
    }
  }
}

extension Tile {
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
