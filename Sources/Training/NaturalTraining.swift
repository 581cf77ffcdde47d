import Compiler
import Transformer

/// Training on behaviour alone: what a transformer of the same size becomes when nobody tells it how to compute.
public enum NaturalTraining {
  /// Trains until held-out accuracy reaches the settings' target, or for one round of steps.
  ///
  /// - Parameter progress: called with the part that is done and the accuracy so far
  public static func train(
    _ compiled: CompiledCircuit, config: TransformerConfig, settings: SIITSettings = SIITSettings(),
    seed: UInt64, progress: (Double, Double) -> Void = { _, _ in }
  ) -> (parameters: Parameters, accuracy: Double) {
    var settings = settings
    settings.iitWeight = 0
    settings.strictWeight = 0
    let attempt = SIITAttempt(
      compiled, config: config, settings: settings,
      sampler: InputSampler(compiled, heldOut: settings.heldOut, seed: seed), seed: seed, index: 0)
    var accuracy = 0.0
    for step in 1...attempt.steps {
      _ = attempt.step()
      guard step.isMultiple(of: settings.evaluateEvery) || step == attempt.steps else { continue }
      accuracy = attempt.accuracy(pairs: settings.evaluationPairs, seed: seed)
      progress(Double(step) / Double(attempt.steps), accuracy)
      if accuracy >= settings.target { break }
    }
    return (attempt.parameters, accuracy)
  }
}
