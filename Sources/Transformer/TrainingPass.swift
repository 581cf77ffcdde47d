/// One training step's arithmetic: a plain run, interventions on it, and the gradient of the losses of both.
package final class TrainingPass {
  package let weights: WeightBuffer
  package let gradient: WeightBuffer
  package let plain: PlainRun
  package let swapped: SwappedRun
  private let scratch: GradientScratch

  /// Makes room for batches of at most this many columns, and this sum of positions² over the blocks.
  package init(
    parameters: Parameters, plainColumns: Int, plainPatterns: Int, swappedColumns: Int,
    swappedPatterns: Int
  ) {
    let config = parameters.config
    weights = WeightBuffer(parameters)
    gradient = WeightBuffer(config: config)
    plain = PlainRun(
      config: config, columns: plainColumns, patterns: plainPatterns, receivesGradients: true)
    swapped = SwappedRun(config: config, columns: swappedColumns, patterns: swappedPatterns)
    scratch = GradientScratch(config: config, columns: max(plainColumns, swappedColumns))
  }

  /// Sets the gradient from the slopes that the loss left in both runs' logits.
  ///
  /// - Parameter throughSource: whether the swapped-in activations pass gradients on to the run they come
  ///   from; the published method detaches them (arXiv 2407.14494).
  package func backward(throughSource: Bool) {
    gradient.clear()
    plain.received?.clear()
    if !swapped.swaps.isEmpty {
      swapped.backward(
        weights, gradient, dLogits: swapped.activations.logits, scratch, over: plain,
        throughSource: throughSource)
    }
    plain.backward(weights, gradient, dLogits: plain.activations.logits, scratch)
  }
}
