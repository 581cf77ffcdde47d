import Compiler
import Testing
import Transformer

@testable import Training

/// Every weight decays by Muon's rate, whichever optimiser moves it.
@Suite struct WeightDecayTests {
  /// Seven steps at the greatest rates.
  private func trained(learningRate: Double, matrixRate: Double, decay: Double) throws -> Parameters {
    var settings = SIITSettings()
    settings.steps = 8
    settings.rounds = 1
    settings.batch = 32
    settings.warmup = 1
    settings.finalRate = 1
    settings.averaging = 0
    settings.evaluateEvery = 100
    settings.evaluationPairs = 32
    settings.finalPairs = 32
    settings.target = 1.1
    settings.learningRate = learningRate
    settings.matrixRate = matrixRate
    settings.weightDecay = decay
    return try SIITTrainer(tinyCircuit(), settings: settings, seed: 1).train().parameters
  }

  /// Weights of the layers' matrices, which Muon moves, or of all else, which Adam does.
  private func weights(_ parameters: Parameters, ofLayers: Bool) -> [Float] {
    parameters.layout.all.filter { ($0.name.hasPrefix("blocks.") && $0.name.contains("W_")) == ofLayers }
      .flatMap { Array(parameters[$0]) }
  }

  @Test func everyWeightDecaysByMuonsRate() throws {
    let start = try trained(learningRate: 0, matrixRate: 0, decay: 0.03)
    #expect(start.values == (try trained(learningRate: 0, matrixRate: 0, decay: 0)).values)
    #expect(start.values.contains { $0 != 0 })

    // Where Adam moves nothing, its weights decay all the same.
    let decayed = try trained(learningRate: 0, matrixRate: 0.01, decay: 0.03)
    var keep: Float = 1
    for _ in 0..<7 { keep *= 1 - 0.01 * 0.03 }
    for (weight, first) in zip(weights(decayed, ofLayers: false), weights(start, ofLayers: false)) {
      #expect(abs(weight - keep * first) <= 1e-5 * abs(first))
    }
    #expect(weights(decayed, ofLayers: true) != weights(start, ofLayers: true))

    // Where Muon moves nothing, nothing decays.
    let still = try trained(learningRate: 0.01, matrixRate: 0, decay: 0.03)
    for (weight, first) in zip(weights(still, ofLayers: true), weights(start, ofLayers: true)) {
      #expect(abs(weight - first) <= 1e-5 * abs(first))
    }
    #expect(weights(still, ofLayers: false) != weights(start, ofLayers: false))
  }
}
