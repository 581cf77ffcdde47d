/// Edge attribution patching, plain (Syed et al. 2023, arXiv 2310.10348) or with integrated gradients (Hanna
/// et al. 2024, arXiv 2403.17806).
///
/// An edge's score is how far, to first order, ablating it moves the outputs: the absolute value of (ablated
/// - clean activation of its source) · (gradient of the loss with respect to its target's input), summed over
/// positions and averaged over inputs.
///
/// Plain attribution takes the gradient at the clean input, where the gradient of the divergence from the
/// clean outputs is zero; its loss is therefore the divergence from the clean outputs minus that from the
/// corrupted input's outputs, which for two confident answers is their logit difference. With integrated
/// gradients, the loss is the divergence from the clean outputs, and the gradient is the mean over steps from
/// the ablated embeddings of tokens and positions to the clean ones.
package struct EdgeAttribution: DiscoveryMethod {
  /// The number of points between ablated and clean embedding; nil takes the gradient only at the clean
  /// input.
  package let integratedGradientSteps: Int?

  package init(integratedGradientSteps: Int? = nil) {
    precondition(integratedGradientSteps.map { $0 > 0 } ?? true)
    self.integratedGradientSteps = integratedGradientSteps
  }

  package var name: String { integratedGradientSteps == nil ? "eap" : "eap-ig" }

  package func scores(_ task: DiscoveryTask, progress: (Double) -> Void) -> DiscoveryScores {
    scores(task.prepare(), progress: progress)
  }

  func scores(_ inputs: PreparedInputs, progress: (Double) -> Void) -> DiscoveryScores {
    let model = inputs.model
    let intact = EdgeMask(model.graph, 1)
    let run = MaskedRun(model)
    let gradient = EdgeMask(model.graph, 0)
    let steps = integratedGradientSteps ?? 1
    for (index, block) in inputs.blocks.enumerated() {
      for step in 1...steps {
        run.forward(block, intact, embedding: Float(step) / Float(steps))
        let slopes = run.slopes(block)
        slopes.clear(channels: model.config.outputs)
        inputs.divergence.addSlopes(
          run.logits(block), given: block.cleanOutputs, probabilities: block.cleanProbabilities,
          weights: block.weights, scale: 1, to: slopes)
        if integratedGradientSteps == nil {
          inputs.divergence.addSlopes(
            run.logits(block), given: block.corruptedOutputs, probabilities: block.corruptedProbabilities,
            weights: block.weights, scale: -1, to: slopes)
        }
        run.backward(block, intact, gradient: gradient, activations: block.difference)
      }
      progress(Double(index + 1) / Double(inputs.blocks.count))
    }
    let scores = gradient.numbers.map { abs($0) / Double(steps) }
    return DiscoveryScores(edges: scores, graph: model.graph)
  }
}
