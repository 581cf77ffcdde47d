/// The arithmetic of one training step: a plain run, swaps on top of it, and the gradient of the losses of
/// both.
///
/// A step is ``begin()``, the plain run's ``PlainRun/forward(_:)``, any number of swaps, each followed by its
/// loss and ``backward(_:throughSource:)``, the plain run's loss, and ``finish()``.
package final class TrainingPass {
  package let weights: WeightBuffer
  package let gradient: WeightBuffer
  package let plain: PlainRun
  package let swapped: SwappedRun
  package let patched: PatchedEdgeRun
  private let scratch: GradientScratch

  package init(parameters: Parameters, capacity: BatchCapacity) {
    let config = parameters.config
    weights = WeightBuffer(parameters)
    gradient = WeightBuffer(config: config)
    plain = PlainRun(config: config, capacity: capacity, receivesGradients: true)
    swapped = SwappedRun(config: config, receivesGradients: true)
    patched = PatchedEdgeRun(config: config)
    scratch = GradientScratch(config: config)
  }

  /// Bytes of weights, gradient and activations.
  package var byteCount: Int {
    2 * weights.count * MemoryLayout<Float>.stride + plain.byteCount + swapped.byteCount
      + patched.byteCount
  }

  package func begin() { gradient.clear() }

  /// Runs a swap forward; its logits must then be replaced by their gradient.
  package func forward(_ swap: Swap) -> Tile {
    swapped.forward(weights, swap, over: plain)
    return swapped.logits(swap, over: plain)
  }

  /// Runs an edge patch forward; its logits must then be replaced by their gradient.
  package func forward(_ patch: EdgePatch) -> Tile {
    patched.forward(weights, patch, over: plain)
    return patched.logits(patch, over: plain)
  }

  /// The backward pass of the last edge patch.
  package func backward(_ patch: EdgePatch) {
    patched.backward(weights, gradient, patch, scratch, over: plain)
  }

  /// The backward pass of the last swap.
  ///
  /// - Parameter throughSource: whether the swapped-in activations pass gradients on to the run that they
  ///   come from; the published method detaches them (arXiv 2407.14494).
  package func backward(_ swap: Swap, throughSource: Bool) {
    swapped.backward(
      weights, gradient, swap, scratch, over: plain, throughSource: throughSource)
  }

  /// The backward pass of the plain run, including everything that swaps and patches left.
  package func finish() { plain.backward(weights, gradient, scratch) }
}
