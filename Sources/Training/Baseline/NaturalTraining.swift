import Compiler
import Transformer

/// Training of the behaviour-only baseline: what a transformer of the same size learns if nothing tells it
/// how to compute.
package enum NaturalTraining {
  /// Trains until held-out accuracy reaches the settings' target, or for the rounds of one attempt.
  ///
  /// - Parameter progress: called with the share of the work that is done and the accuracy so far
  package static func train(
    _ compiled: CompiledCircuit, config: TransformerConfig, settings: SIITSettings = SIITSettings(),
    seed: UInt64, progress: (Double, Double) -> Void = { _, _ in }
  ) -> (parameters: Parameters, accuracy: Double) {
    var settings = settings
    settings.iitWeight = 0
    settings.strictWeight = 0
    let attempt = SIITAttempt(
      compiled, config: config, .none, settings: settings,
      sampler: InputSampler(compiled, heldOut: settings.heldOut, seed: seed), seed: seed, index: 0)
    let most = settings.firstHold + settings.firstFall + (settings.roundsPerAttempt - 1) * settings.steps
    var accuracy = 0.0
    while accuracy < settings.target {
      _ = attempt.step()
      let step = attempt.state.step
      guard step.isMultiple(of: settings.evaluateEvery) || step == attempt.roundEnd else { continue }
      accuracy = attempt.accuracy(pairs: settings.evaluationPairs, seed: seed)
      attempt.note(accuracy)
      progress(Double(step) / Double(most), accuracy)
      guard step == attempt.roundEnd else { continue }
      if attempt.round + 1 == settings.roundsPerAttempt { break }
      attempt.beginRound(accuracy)
    }
    return (attempt.parameters, accuracy)
  }
}
