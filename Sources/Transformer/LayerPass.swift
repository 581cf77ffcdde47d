/// One transformer block's arithmetic, forward and backward, as plain and swapped runs share it.
struct LayerPass {
  let config: TransformerConfig
  let layer: Int
  let layout: PackedLayout.Block
  let attention: AttentionKernel
  let activation: ActivationKernel

  init(_ config: TransformerConfig, _ layout: PackedLayout, layer: Int) {
    self.config = config
    self.layer = layer
    self.layout = layout.blocks[layer]
    attention = AttentionKernel(config)
    activation = ActivationKernel(activation: config.activation)
  }

  private var width: Int { config.heads * config.dHead }

  /// residual → queries, keys and values → patterns → z. A head for which `skip(block's index, head)` is
  /// true stays as it is.
  func attend(
    _ weights: WeightBuffer, _ run: RunActivations, blocks: ArraySlice<Block>, columns: Int,
    skip: (Int, Int) -> Bool
  ) {
    let qkv = run.qkv[layer]
    product(
      weights.base + layout.qkv, run.residual[layer], rows: config.dModel + 1, into: qkv,
      outputs: 3 * width, columns: columns)
    for (index, block) in blocks.enumerated() {
      for head in 0..<config.heads where !skip(index, head) {
        let first = head * config.dHead
        attention.forward(
          block, q: qkv.from(first), k: qkv.from(width + first), v: qkv.from(2 * width + first),
          z: run.z[layer].from(first), pattern: run.pattern(layer: layer, head: head, block: block))
      }
    }
  }

  /// residual + z W_O + b_O → middle → MLP → residual of the next layer.
  func mixAndTransform(_ weights: WeightBuffer, _ run: RunActivations, columns: Int) {
    let middle = run.middle[layer]
    let after = run.residual[layer + 1]
    copy(run.residual[layer], to: middle, channels: config.dModel, columns: columns)
    product(
      weights.base + layout.attentionOut, run.z[layer], rows: width + 1, into: middle,
      outputs: config.dModel, columns: columns, adding: true)
    product(
      weights.base + layout.mlpIn, middle, rows: config.dModel + 1, into: run.derivative[layer],
      outputs: config.dMLP, columns: columns)
    activation.forward(
      run.derivative[layer], post: run.post[layer], channels: config.dMLP, columns: columns)
    copy(middle, to: after, channels: config.dModel, columns: columns)
    product(
      weights.base + layout.mlpOut, run.post[layer], rows: config.dMLP + 1, into: after,
      outputs: config.dModel, columns: columns, adding: true)
  }

  /// The MLP's way back: `dOut` is the gradient of its output; its input's gradient is added to `dMiddle`,
  /// which may be the same matrix.
  func transformBackward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, _ run: RunActivations, dOut: ChannelMatrix,
    dMiddle: ChannelMatrix, dPost: ChannelMatrix, columns: Int
  ) {
    addWeightGradient(
      run.post[layer], rows: config.dMLP + 1, dOut, outputs: config.dModel, columns: columns,
      into: gradient.base + layout.mlpOut)
    inputGradient(
      weights.base + layout.mlpOut, dOut, outputs: config.dModel, into: dPost, rows: config.dMLP,
      columns: columns)
    activation.backward(run.derivative[layer], dPost, channels: config.dMLP, columns: columns)
    addWeightGradient(
      run.middle[layer], rows: config.dModel + 1, dPost, outputs: config.dMLP, columns: columns,
      into: gradient.base + layout.mlpIn)
    inputGradient(
      weights.base + layout.mlpIn, dPost, outputs: config.dMLP, into: dMiddle, rows: config.dModel,
      columns: columns, adding: true)
  }

  /// The way back through W_O: gives dz; the residual stream's own gradient stays `dMiddle`.
  func mixBackward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, _ run: RunActivations, dMiddle: ChannelMatrix,
    dz: ChannelMatrix, columns: Int
  ) {
    addWeightGradient(
      run.z[layer], rows: width + 1, dMiddle, outputs: config.dModel, columns: columns,
      into: gradient.base + layout.attentionOut)
    inputGradient(
      weights.base + layout.attentionOut, dMiddle, outputs: config.dModel, into: dz, rows: width,
      columns: columns)
  }

  /// The way back through the patterns, queries, keys and values; adds to `dResidual`. Heads for which
  /// `skip` is true pass nothing.
  func attendBackward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, _ run: RunActivations,
    blocks: ArraySlice<Block>, dz: ChannelMatrix, dqkv: ChannelMatrix, dResidual: ChannelMatrix,
    scratch: UnsafeMutablePointer<Vector>, columns: Int, skip: (Int, Int) -> Bool
  ) {
    let qkv = run.qkv[layer]
    for (index, block) in blocks.enumerated() {
      for head in 0..<config.heads {
        let first = head * config.dHead
        if skip(index, head) {
          for which in 0..<3 {
            clear(dqkv, block, channels: which * width + first..<which * width + first + config.dHead)
          }
          continue
        }
        attention.backward(
          block, q: qkv.from(first), k: qkv.from(width + first), v: qkv.from(2 * width + first),
          pattern: run.pattern(layer: layer, head: head, block: block), dz: dz.from(first),
          dq: dqkv.from(first), dk: dqkv.from(width + first), dv: dqkv.from(2 * width + first),
          scratch: scratch)
      }
    }
    addWeightGradient(
      run.residual[layer], rows: config.dModel + 1, dqkv, outputs: 3 * width, columns: columns,
      into: gradient.base + layout.qkv)
    inputGradient(
      weights.base + layout.qkv, dqkv, outputs: 3 * width, into: dResidual, rows: config.dModel,
      columns: columns, adding: true)
  }
}
