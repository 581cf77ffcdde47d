/// A forward pass without interventions over a batch, and its backward pass.
///
/// Interventions (``SwappedRun``) read its activations, and leave the gradients of what they read with it.
package final class PlainRun {
  let config: TransformerConfig
  package private(set) var layout = BlockLayout()
  package let activations: RunActivations
  /// The token in each column.
  private var tokens: [Int32]
  /// Gradients left by interventions; nil for a run that only goes forward.
  let received: ReceivedGradients?
  /// [dModel, context] of vectors
  private let roomBase: UnsafeMutablePointer<Float>
  private let arena = Arena()

  /// - Parameter keepsLayers: whether all activations can be read after ``forward(_:)``, or only logits
  package init(
    config: TransformerConfig, capacity: BatchCapacity, receivesGradients: Bool = false,
    keepsLayers: Bool = true
  ) {
    self.config = config
    activations = RunActivations(config: config, capacity: capacity, keepsLayers: keepsLayers)
    received = receivesGradients ? ReceivedGradients(config: config, capacity: capacity) : nil
    tokens = [Int32](repeating: 0, count: capacity.columns)
    roomBase = arena.floats(max(config.dModel, config.dHead) * config.context * laneCount)
  }

  /// The bytes of activations held.
  package var byteCount: Int { activations.byteCount + (received?.byteCount ?? 0) }

  /// Sets the shape of the next batch; the tokens of every lane must then be set.
  package func begin(_ layout: BlockLayout) {
    precondition(activations.capacity.holds(layout))
    self.layout = layout
    for block in layout.blocks { activations.prepare(block) }
    received?.clear()
  }

  /// Writes one sequence, BOS included, into a lane of a block.
  package func setTokens(_ sequence: UnsafeBufferPointer<Int32>, block: Int, lane: Int) {
    let block = layout.blocks[block]
    precondition(sequence.count == block.positions)
    for position in 0..<block.positions {
      tokens[block.column(position: position, lane: lane)] = sequence[position]
    }
  }

  /// Runs the batch; the logits are in ``RunActivations/logits``.
  package func forward(_ weights: WeightBuffer) {
    let layers = (0..<config.layers).map { LayerPass(weights, layer: $0) }
    let unembedding = Unembedding(weights: weights)
    for block in layout.blocks {
      embed(weights, block)
      for layer in layers {
        layer.attend(activations, block)
        layer.mix(activations, block)
        layer.transform(activations, block)
      }
      unembedding.forward(activations, block)
    }
  }

  /// What a component wrote on a block: a head's mixed values (dHead channels), or the MLP's output (dModel).
  package func output(of component: Component, block index: Int, into tile: Tile) {
    activations.output(of: component, layout.blocks[index], config, into: tile)
  }

  /// Leaves a gradient of what a component wrote, for ``backward(_:_:_:)`` to continue with.
  package func receive(_ gradient: Tile, of component: Component, block index: Int) {
    guard let received else { preconditionFailure("the run was made without room for gradients") }
    received.add(gradient, of: component, layout.blocks[index])
  }

  /// A head's pattern on a block, and where to add a gradient of its scores, for ``backward(_:_:_:)`` to
  /// continue with.
  package func attention(layer: Int, head: Int, block index: Int) -> AttentionScores {
    guard let received else { preconditionFailure("the run was made without room for gradients") }
    let block = layout.blocks[index]
    return AttentionScores(
      positions: block.positions, pattern: activations.pattern(layer: layer, head: head, block),
      gradient: received.owingScores(layer: layer, head: head, block))
  }

  /// What a patch's writers write on the patch's source minus what they write on its base, by column of the
  /// base; dModel channels.
  func writeDifference(_ weights: WeightBuffer, _ patch: EdgePatch, into tile: Tile) {
    let base = layout.blocks[patch.base]
    let source = layout.blocks[patch.source]
    let dModel = config.dModel
    tile.clear(channels: dModel)
    /// Sets some channels to the difference between their values on the source and on the base.
    func subtracted(_ store: BlockStore, from first: Int, channels: Int, into room: Tile) {
      room.copy(store[source].from(first), channels: channels, through: patch.map)
      room.subtract(store[base].from(first), channels: channels)
    }
    for writer in patch.writers {
      switch writer {
      case .embed: addRows(weights.layout.embed, weights, patch, into: tile) { Int(tokens[$0 + $1]) }
      case .positionEmbed:
        addRows(weights.layout.positions, weights, patch, into: tile) { $1 / laneCount }
      case .head(let layer, let head):
        subtracted(activations.z[layer], from: head * config.dHead, channels: config.dHead, into: room(base))
        LayerPass(weights, layer: layer).addResult(of: head, room(base), into: tile)
      case .mlp(let layer):
        for (store, sign) in [(activations.residual[layer + 1], 1), (activations.middle[layer], -1)] {
          subtracted(store, from: 0, channels: dModel, into: room(base))
          if sign > 0 {
            tile.add(room(base), channels: dModel)
          } else {
            tile.subtract(room(base), channels: dModel)
          }
        }
      }
    }
  }

  private func room(_ block: Block) -> Tile {
    Tile(base: roomBase, stride: block.positions * laneCount)
  }

  /// To each column of a tile, adds the row of a table for the source's column and subtracts the row for the
  /// base's.
  ///
  /// - Parameter row: the table's row for a column of a block, given the block's first column
  private func addRows(
    _ table: Int, _ weights: WeightBuffer, _ patch: EdgePatch, into tile: Tile,
    row: (_ block: Int, _ column: Int) -> Int
  ) {
    let base = layout.blocks[patch.base].column
    let source = layout.blocks[patch.source].column
    let table = weights.base + table
    let dModel = config.dModel
    for column in 0..<tile.stride {
      let from = patch.map.columns.map { Int($0[column]) } ?? column
      let plus = table + row(source, from) * dModel
      let minus = table + row(base, column) * dModel
      for channel in 0..<dModel { tile.row(channel)[column] += plus[channel] - minus[channel] }
    }
  }

  /// Adds to `gradient` the gradient of the loss, and of everything that interventions left here. The
  /// gradient of the logits must have replaced them.
  func backward(_ weights: WeightBuffer, _ gradient: WeightBuffer, _ scratch: GradientScratch) {
    let layers = (0..<config.layers).reversed().map { LayerPass(weights, layer: $0) }
    let unembedding = Unembedding(weights: weights)
    let dModel = config.dModel
    for block in layout.blocks {
      let d = scratch.dResidual(block)
      let dz = scratch.dz(block)
      unembedding.backward(gradient, activations, block, dResidual: d)
      for pass in layers {
        let debt = received?.debt(pass.layer, block)
        var dOut = d
        if let debt, debt.hasMLP {
          dOut = scratch.dOut(block)
          dOut.copy(d, channels: dModel)
          dOut.add(debt.mlpOut, channels: dModel)
        }
        pass.transformBackward(
          gradient, activations, block, dOut: dOut, dMiddle: d, dPost: scratch.dPost(block))
        if let debt, debt.hasMLP { d.add(debt.middle, channels: dModel) }
        pass.mixBackward(gradient, activations, block, dMiddle: d, dz: dz)
        if let debt, debt.hasHeads {
          dz.add(debt.z, channels: config.heads * config.dHead)
          // The gradient of the residual stream before attention, which does not come through W_O.
          d.add(debt.residual, channels: dModel)
        }
        pass.attendBackward(
          gradient, activations, block, dz: dz, dqkv: scratch.dqkv(block), dResidual: d,
          scratch: scratch.row,
          scores: { [received] in received?.scores(layer: pass.layer, head: $0, block) })
      }
      embedBackward(gradient, block, d)
    }
  }

  /// residual[channel, column] = W_E[token, channel] + W_pos[position, channel]
  private func embed(_ weights: WeightBuffer, _ block: Block) {
    let dModel = config.dModel
    let table = weights.base + weights.layout.embed
    let residual = activations.residual[0][block]
    tokens.withUnsafeBufferPointer { tokens in
      let tokens = tokens.baseAddress! + block.column
      for channel in 0..<dModel {
        let row = residual.row(channel)
        var place = weights.base + weights.layout.positions + channel
        for position in 0..<block.positions {
          for column in position * laneCount..<(position + 1) * laneCount {
            row[column] = table[Int(tokens[column]) * dModel + channel] + place[0]
          }
          place += dModel
        }
      }
    }
  }

  private func embedBackward(_ gradient: WeightBuffer, _ block: Block, _ d: Tile) {
    let dModel = config.dModel
    let table = gradient.base + gradient.layout.embed
    tokens.withUnsafeBufferPointer { tokens in
      let tokens = tokens.baseAddress! + block.column
      for channel in 0..<dModel {
        let row = d.row(channel)
        var place = gradient.base + gradient.layout.positions + channel
        for position in 0..<block.positions {
          var sum: Float = 0
          for column in position * laneCount..<(position + 1) * laneCount {
            table[Int(tokens[column]) * dModel + channel] += row[column]
            sum += row[column]
          }
          place[0] += sum
          place += dModel
        }
      }
    }
  }
}
