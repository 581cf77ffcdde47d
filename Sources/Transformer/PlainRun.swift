/// A forward pass without interventions over a batch, and its way back.
///
/// Interventions (``SwappedRun``) read its activations, and leave with it the gradients of what they read.
package final class PlainRun {
  let config: TransformerConfig
  package private(set) var layout = BlockLayout()
  package let activations: RunActivations
  /// The token in each column.
  private var tokens: [Int32] = []
  /// Gradients that interventions leave, layer by layer; nil for a run that only goes forward.
  let received: ReceivedGradients?

  /// - Parameters:
  ///   - columns: the greatest number of columns of a batch
  ///   - patterns: the greatest sum of positions² over its blocks
  ///   - receivesGradients: whether interventions will leave gradients here
  package init(config: TransformerConfig, columns: Int, patterns: Int, receivesGradients: Bool = false) {
    self.config = config
    activations = RunActivations(config: config, columns: columns, patterns: patterns)
    received = receivesGradients ? ReceivedGradients(config: config, columns: columns) : nil
    tokens = [Int32](repeating: 0, count: columns)
  }

  /// Bytes of activations held.
  package var byteCount: Int { activations.arena.byteCount + (received?.arena.byteCount ?? 0) }

  /// Sets the shape of the next batch; every lane's tokens must then be written.
  package func begin(_ layout: BlockLayout) {
    precondition(
      layout.columns <= activations.columnCapacity && layout.patterns <= activations.patternCapacity)
    self.layout = layout
  }

  /// Puts one sequence, BOS included, into a lane of a block.
  package func setTokens(_ sequence: UnsafeBufferPointer<Int32>, block: Int, lane: Int) {
    let block = layout.blocks[block]
    precondition(sequence.count == block.positions)
    for position in 0..<block.positions {
      tokens[block.column + position * laneCount + lane] = sequence[position]
    }
  }

  package func token(block: Int, lane: Int, position: Int) -> Int32 {
    tokens[layout.blocks[block].column + position * laneCount + lane]
  }

  /// Runs the batch; logits lie in ``RunActivations/logits``.
  package func forward(_ weights: WeightBuffer) {
    embed(weights)
    for layer in 0..<config.layers {
      let pass = LayerPass(config, weights.layout, layer: layer)
      pass.attend(
        weights, activations, blocks: layout.blocks[...], columns: layout.columns, skip: { _, _ in false })
      pass.mixAndTransform(weights, activations, columns: layout.columns)
    }
    unembed(weights, activations, config, columns: layout.columns)
  }

  /// Adds to `gradient` the gradient of the loss whose slopes by the logits are `dLogits`, and of all that
  /// interventions left here.
  func backward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, dLogits: ChannelMatrix, _ scratch: GradientScratch
  ) {
    let columns = layout.columns
    let d = scratch.dResidual
    unembedBackward(weights, gradient, activations, config, dLogits: dLogits, d, columns: columns)
    for layer in (0..<config.layers).reversed() {
      let pass = LayerPass(config, weights.layout, layer: layer)
      var dOut = d
      if let received, received.hasMLP[layer] {
        dOut = scratch.dOut
        copy(d, to: dOut, channels: config.dModel, columns: columns)
        add(received.mlpOut[layer], to: dOut, channels: config.dModel, columns: columns)
      }
      pass.transformBackward(
        weights, gradient, activations, dOut: dOut, dMiddle: d, dPost: scratch.dPost, columns: columns)
      if let received, received.hasMLP[layer] {
        add(received.middle[layer], to: d, channels: config.dModel, columns: columns)
      }
      pass.mixBackward(weights, gradient, activations, dMiddle: d, dz: scratch.dz, columns: columns)
      if let received, received.hasHeads[layer] {
        add(received.z[layer], to: scratch.dz, channels: config.heads * config.dHead, columns: columns)
        // What entered past attention came from the residual stream before it, not through W_O.
        add(received.residual[layer], to: d, channels: config.dModel, columns: columns)
      }
      pass.attendBackward(
        weights, gradient, activations, blocks: layout.blocks[...], dz: scratch.dz, dqkv: scratch.dqkv,
        dResidual: d, scratch: scratch.row, columns: columns, skip: { _, _ in false })
    }
    embedBackward(gradient, d)
  }

  /// residual[channel, column] = W_E[token, channel] + W_pos[position, channel]
  private func embed(_ weights: WeightBuffer) {
    let table = weights.base + weights.layout.embed
    let positions = weights.base + weights.layout.positions
    let dModel = config.dModel
    tokens.withUnsafeBufferPointer { tokens in
      for channel in 0..<dModel {
        let row = activations.residual[0].row(channel)
        for block in layout.blocks {
          for position in 0..<block.positions {
            let place = positions[position * dModel + channel]
            let first = block.column + position * laneCount
            for column in first..<first + laneCount {
              row[column] = table[Int(tokens[column]) * dModel + channel] + place
            }
          }
        }
      }
    }
  }

  private func embedBackward(_ gradient: WeightBuffer, _ d: ChannelMatrix) {
    let table = gradient.base + gradient.layout.embed
    let positions = gradient.base + gradient.layout.positions
    let dModel = config.dModel
    tokens.withUnsafeBufferPointer { tokens in
      for channel in 0..<dModel {
        let row = d.row(channel)
        for block in layout.blocks {
          for position in 0..<block.positions {
            var sum: Float = 0
            let first = block.column + position * laneCount
            for column in first..<first + laneCount {
              table[Int(tokens[column]) * dModel + channel] += row[column]
              sum += row[column]
            }
            positions[position * dModel + channel] += sum
          }
        }
      }
    }
  }
}

/// logits = residual W_U + b_U after the last block.
func unembed(
  _ weights: WeightBuffer, _ run: RunActivations, _ config: TransformerConfig, columns: Int
) {
  product(
    weights.base + weights.layout.unembed, run.residual[config.layers], rows: config.dModel + 1,
    into: run.logits, outputs: config.outputs, columns: columns)
}

/// The way back through the unembedding: d = W_U dLogits.
func unembedBackward(
  _ weights: WeightBuffer, _ gradient: WeightBuffer, _ run: RunActivations, _ config: TransformerConfig,
  dLogits: ChannelMatrix, _ d: ChannelMatrix, columns: Int
) {
  addWeightGradient(
    run.residual[config.layers], rows: config.dModel + 1, dLogits, outputs: config.outputs,
    columns: columns, into: gradient.base + weights.layout.unembed)
  inputGradient(
    weights.base + weights.layout.unembed, dLogits, outputs: config.outputs, into: d,
    rows: config.dModel, columns: columns)
}
