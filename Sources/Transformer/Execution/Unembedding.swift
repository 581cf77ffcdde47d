/// The last product, from the residual stream to logits, forward and backward.
struct Unembedding {
  let weights: WeightBuffer

  private var config: TransformerConfig { weights.config }

  /// logits = residual W_U + b_U
  func forward(_ run: RunActivations, _ block: Block) {
    product(
      weights.base + weights.layout.unembed, run.residual[config.layers][block],
      rows: config.dModel + 1, into: run.logits[block], outputs: config.outputs)
  }

  /// dResidual = W_U dLogits; dLogits has already replaced the logits.
  func backward(_ gradient: WeightBuffer, _ run: RunActivations, _ block: Block, dResidual: Tile) {
    let dLogits = run.logits[block]
    addWeightGradient(
      run.residual[config.layers][block], rows: config.dModel + 1, dLogits, outputs: config.outputs,
      into: gradient.base + weights.layout.unembed)
    inputGradient(
      weights.base + weights.layout.unembed, dLogits, outputs: config.outputs, into: dResidual,
      rows: config.dModel)
  }
}
