import Compiler
import Training
import Transformer

/// Measures a transformer that should hold a circuit.
package struct Evaluation: Sendable {
  package var compiled: CompiledCircuit
  package var parameters: Parameters
  package var model: CircuitModel
  package var settings: SIITSettings
  package var trainingSeed: UInt64
  package var seed: UInt64
  /// The number of inputs on which to measure node effects.
  package var inputs: Int

  package init(
    _ compiled: CompiledCircuit, parameters: Parameters, model: CircuitModel,
    settings: SIITSettings = SIITSettings(), trainingSeed: UInt64, seed: UInt64 = 0, inputs: Int = 1000
  ) {
    self.compiled = compiled
    self.parameters = parameters
    self.model = model
    self.settings = settings
    self.trainingSeed = trainingSeed
    self.seed = seed
    self.inputs = inputs
  }

  /// - Parameters:
  ///   - natural: the behaviour-only baseline, with its accuracy
  ///   - progress: called with the share of the work that is done
  package func run(
    natural: (parameters: Parameters, accuracy: Double)? = nil, progress: (Double) -> Void = { _ in }
  ) -> EvaluationResult {
    let config = parameters.config
    let report = SIITReport(
      measuring: parameters, compiled, settings: settings, trainingSeed: trainingSeed, seed: seed)
    progress(0.3)
    let truth = CircuitInputs(
      compiled, count: inputs, settings: settings, trainingSeed: trainingSeed, seed: seed)
    let nodes = SIITNodes(compiled, config: config)
    let inside = Set(nodes.aligned)
    let outside = nodes.outside.map { SourceNode($0) }

    func ablations(_ kind: Ablation) -> ([Component: NodeAblation.Effect], NodeAblation.Effect) {
      let ablation = NodeAblation(parameters, truth, ablation: kind, tolerance: settings.tolerance)
      let effects = config.components.map { ($0, ablation.effect(of: [SourceNode($0)])) }
      return (Dictionary(uniqueKeysWithValues: effects), ablation.effect(of: outside))
    }
    let (resampled, _) = ablations(.resample)
    progress(0.5)
    let (means, alone) = ablations(.mean)
    progress(0.7)
    let (zeros, _) = ablations(.zero)
    let effects = config.components.compactMap { component -> NodeEffect? in
      guard let resample = resampled[component], let mean = means[component], let zero = zeros[component]
      else { return nil }
      return NodeEffect(
        component: component, inCircuit: inside.contains(component),
        resample: resample.changedWherePairDiffers, mean: mean.changedWhereRight,
        zero: zero.changedWhereRight, resampleDivergence: resample.divergence,
        meanDivergence: mean.divergence, zeroDivergence: zero.divergence)
    }
    var weights = [CircuitModel.hl: WeightSummary(compiled.parameters)]
    weights[model] = WeightSummary(parameters)
    if let natural { weights[.natural] = WeightSummary(natural.parameters) }
    progress(1)
    return EvaluationResult(
      circuit: compiled.circuit.name, model: model, inputs: inputs, seed: seed,
      accuracy: report.accuracy.share, iia: report.iiaShares, joint: report.joint.share,
      siia: report.siiaShares,
      together: .init(
        halves: report.halves.share, all: report.together.share, zeroed: report.zeroed.share,
        edges: report.edges.share),
      untested: report.untested, effects: effects,
      circuitAlone: .init(accuracy: alone.accuracy, divergence: alone.divergence),
      naturalAccuracy: natural?.accuracy, weights: weights)
  }
}
