/// A training step's update of all weights: Muon updates the layers' matrices, Adam the embeddings, the
/// biases and the unembedding.
package final class Optimiser {
  private let adam: AdamKernel
  private let muon: MuonKernel

  package init(_ config: TransformerConfig, _ settings: AdamKernel.Settings, momentum: Float) {
    let layout = PackedLayout(config: config)
    adam = AdamKernel(settings, count: layout.count, spans: layout.rest)
    muon = MuonKernel(layout, momentum: momentum)
  }

  package var byteCount: Int { adam.byteCount + muon.byteCount }

  /// The state for ``restore(_:steps:)``: Adam's running means, and Muon's.
  package var moments: [Float] { adam.moments + muon.momentum }

  /// The number of floats in ``moments`` for this many weights.
  package static func momentCount(_ weights: Int) -> Int { 3 * weights }

  package func restore(_ moments: [Float], steps: Int) {
    adam.restore(moments: Array(moments.prefix(moments.count / 3 * 2)), steps: steps)
    muon.restore(momentum: Array(moments.suffix(moments.count / 3)))
  }

  /// One step.
  ///
  /// - Parameters:
  ///   - learningRate: Adam's
  ///   - matrixRate: Muon's
  ///   - decay: the share of every weight that is lost, whatever its gradient (Loshchilov and Hutter, arXiv
  ///     1711.05101)
  package func update(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, learningRate: Float, matrixRate: Float,
    decay: Float = 0
  ) {
    let keep = 1 - decay
    for i in 0..<weights.count { weights.base[i] *= keep }
    muon.update(weights, gradient, learningRate: matrixRate)
    adam.update(weights.base, gradient.base, learningRate: learningRate)
  }
}
