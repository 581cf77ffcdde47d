/// One layer's arithmetic on one block of sequences, forward and backward, shared by plain and swapped runs.
struct LayerPass {
  let config: TransformerConfig
  let layer: Int
  let weights: WeightBuffer
  private let layout: PackedLayout.Block
  private let attention: AttentionKernel
  private let activation: ActivationKernel

  init(_ weights: WeightBuffer, layer: Int) {
    config = weights.config
    self.layer = layer
    self.weights = weights
    layout = weights.layout.blocks[layer]
    attention = AttentionKernel(config)
    activation = ActivationKernel(activation: config.activation)
  }

  private var width: Int { config.heads * config.dHead }

  /// residual → queries, keys and values → patterns → z. Heads in `skipped` stay as they are.
  func attend(_ run: RunActivations, _ block: Block, skipped: ComponentSet? = nil) {
    let qkv = run.qkv[layer][block]
    product(
      weights.base + layout.qkv, run.residual[layer][block], rows: config.dModel + 1, into: qkv,
      outputs: 3 * width)
    for head in 0..<config.heads where skipped?.contains(head: head, layer: layer) != true {
      let first = head * config.dHead
      attention.forward(
        positions: block.positions, q: qkv.from(first), k: qkv.from(width + first),
        v: qkv.from(2 * width + first), z: run.z[layer][block].from(first),
        pattern: run.pattern(layer: layer, head: head, block))
    }
  }

  /// middle = residual + z W_O + b_O
  func mix(_ run: RunActivations, _ block: Block) {
    let middle = run.middle[layer][block]
    middle.copy(run.residual[layer][block], channels: config.dModel)
    product(
      weights.base + layout.attentionOut, run.z[layer][block], rows: width + 1, into: middle,
      outputs: config.dModel, adding: true)
  }

  /// The next layer's residual stream = middle + MLP(middle)
  func transform(_ run: RunActivations, _ block: Block) {
    let middle = run.middle[layer][block]
    let after = run.residual[layer + 1][block]
    product(
      weights.base + layout.mlpIn, middle, rows: config.dModel + 1, into: run.derivative[layer][block],
      outputs: config.dMLP)
    activation.forward(
      run.derivative[layer][block], post: run.post[layer][block], channels: config.dMLP)
    after.copy(middle, channels: config.dModel)
    product(
      weights.base + layout.mlpOut, run.post[layer][block], rows: config.dMLP + 1, into: after,
      outputs: config.dModel, adding: true)
  }

  /// The next layer's residual stream = `middle` + b_out, as if the hidden layer were all zeros.
  func passHiddenZeros(_ run: RunActivations, _ block: Block, middle: Tile) {
    let after = run.residual[layer + 1][block]
    run.post[layer][block].clear(channels: config.dMLP)
    after.copy(middle, channels: config.dModel)
    product(
      weights.base + layout.mlpOut, run.post[layer][block], rows: config.dMLP + 1, into: after,
      outputs: config.dModel, adding: true)
  }

  /// The backward pass of ``passHiddenZeros(_:_:middle:)``, which ends at the bias.
  func outputBiasBackward(_ gradient: WeightBuffer, _ run: RunActivations, _ block: Block, dOut: Tile) {
    addWeightGradient(
      run.post[layer][block], rows: config.dMLP + 1, dOut, outputs: config.dModel,
      into: gradient.base + layout.mlpOut)
  }

  /// The MLP's backward pass. `dOut` is the gradient of its output; the gradient of its input is added to
  /// `dMiddle`, which may be the same tile.
  func transformBackward(
    _ gradient: WeightBuffer, _ run: RunActivations, _ block: Block, dOut: Tile, dMiddle: Tile,
    dPost: Tile
  ) {
    addWeightGradient(
      run.post[layer][block], rows: config.dMLP + 1, dOut, outputs: config.dModel,
      into: gradient.base + layout.mlpOut)
    inputGradient(
      weights.base + layout.mlpOut, dOut, outputs: config.dModel, into: dPost, rows: config.dMLP)
    activation.backward(run.derivative[layer][block], dPost, channels: config.dMLP)
    addWeightGradient(
      run.middle[layer][block], rows: config.dModel + 1, dPost, outputs: config.dMLP,
      into: gradient.base + layout.mlpIn)
    inputGradient(
      weights.base + layout.mlpIn, dPost, outputs: config.dMLP, into: dMiddle, rows: config.dModel,
      adding: true)
  }

  /// The backward pass through W_O, which gives dz; the gradient of the residual stream before attention is
  /// `dMiddle`.
  func mixBackward(
    _ gradient: WeightBuffer, _ run: RunActivations, _ block: Block, dMiddle: Tile, dz: Tile
  ) {
    addWeightGradient(
      run.z[layer][block], rows: width + 1, dMiddle, outputs: config.dModel,
      into: gradient.base + layout.attentionOut)
    inputGradient(
      weights.base + layout.attentionOut, dMiddle, outputs: config.dModel, into: dz, rows: width)
  }

  /// The backward pass through patterns, queries, keys and values, added to `dResidual`. Heads in `skipped`
  /// pass nothing on; `scores` gives any further gradient of a head's scores.
  func attendBackward(
    _ gradient: WeightBuffer, _ run: RunActivations, _ block: Block, dz: Tile, dqkv: Tile,
    dResidual: Tile, scratch: UnsafeMutablePointer<Vector>, skipped: ComponentSet? = nil,
    scores: (_ head: Int) -> UnsafePointer<Vector>? = { _ in nil }
  ) {
    let qkv = run.qkv[layer][block]
    for head in 0..<config.heads {
      let first = head * config.dHead
      if skipped?.contains(head: head, layer: layer) == true {
        for which in 0..<3 { dqkv.from(which * width + first).clear(channels: config.dHead) }
        continue
      }
      attention.backward(
        positions: block.positions, q: qkv.from(first), k: qkv.from(width + first),
        v: qkv.from(2 * width + first), pattern: run.pattern(layer: layer, head: head, block),
        dz: dz.from(first), dq: dqkv.from(first), dk: dqkv.from(width + first),
        dv: dqkv.from(2 * width + first), scratch: scratch, ds: scores(head))
    }
    addWeightGradient(
      run.residual[layer][block], rows: config.dModel + 1, dqkv, outputs: 3 * width,
      into: gradient.base + layout.qkv)
    inputGradient(
      weights.base + layout.qkv, dqkv, outputs: 3 * width, into: dResidual, rows: config.dModel,
      adding: true)
  }

  /// One head's z if one of its inputs reads from `patched` and the other two are taken from `others`.
  ///
  /// - Parameters:
  ///   - patched: dModel channels and one of ones
  ///   - others: 3 · heads · dHead channels
  func attend(
    _ run: RunActivations, _ block: Block, _ input: (head: Int, which: Int), reading patched: Tile,
    others: Tile
  ) {
    let qkv = run.qkv[layer][block]
    product(weights.base + layout.qkv, patched, rows: config.dModel + 1, into: qkv, outputs: 3 * width)
    let first = input.head * config.dHead
    for which in 0..<3 where which != input.which {
      qkv.from(which * width + first).copy(others.from(which * width + first), channels: config.dHead)
    }
    attention.forward(
      positions: block.positions, q: qkv.from(first), k: qkv.from(width + first),
      v: qkv.from(2 * width + first), z: run.z[layer][block].from(first),
      pattern: run.pattern(layer: layer, head: input.head, block))
  }

  /// The backward pass of ``attend(_:_:_:reading:others:)``, added to `dResidual`; `part` has room for 3 ·
  /// heads · dHead channels.
  func attendBackward(
    _ gradient: WeightBuffer, _ run: RunActivations, _ block: Block, _ input: (head: Int, which: Int),
    reading patched: Tile, dz: Tile, dqkv: Tile, part: Tile, dResidual: Tile,
    scratch: UnsafeMutablePointer<Vector>
  ) {
    let qkv = run.qkv[layer][block]
    let first = input.head * config.dHead
    dqkv.clear(channels: 3 * width)
    part.clear(channels: 3 * width)
    attention.backward(
      positions: block.positions, q: qkv.from(first), k: qkv.from(width + first),
      v: qkv.from(2 * width + first), pattern: run.pattern(layer: layer, head: input.head, block),
      dz: dz.from(first), dq: dqkv.from(first), dk: dqkv.from(width + first),
      dv: dqkv.from(2 * width + first), scratch: scratch)
    inputGradient(
      weights.base + layout.qkv, dqkv, outputs: 3 * width, into: dResidual, rows: config.dModel,
      adding: true)
    let place = input.which * width + first
    part.from(place).copy(dqkv.from(place), channels: config.dHead)
    dqkv.from(place).clear(channels: config.dHead)
    for (read, slopes) in [(patched, part), (run.residual[layer][block], dqkv)] {
      addWeightGradient(
        read, rows: config.dModel + 1, slopes, outputs: 3 * width, into: gradient.base + layout.qkv)
    }
  }

  /// Adds a head's mixed values times W_O; dHead channels.
  func addResult(of head: Int, _ z: Tile, into tile: Tile) {
    product(
      weights.base + layout.attentionOut + head * config.dHead * config.dModel, z, rows: config.dHead,
      into: tile, outputs: config.dModel, adding: true)
  }
}
