import Foundation
import Transformer

/// Subnetwork probing (Cao et al. 2021, arXiv 2104.03514) over nodes or edges, as the authors of ACDC adapted
/// it to circuits (arXiv 2304.14997, appendix): gates that mix clean and ablated activations are trained to
/// keep the outputs close to the clean ones, while a penalty keeps the number of open gates small.
///
/// It is run at several penalties; a score is the mean over them of the probability that the gate is open at
/// the end, so it shows up to which penalty the gate survives.
package struct SubnetworkProbing: DiscoveryMethod {
  package enum Gates: String, Sendable {
    /// One gate for each embedding, each head's query, key and value, and each MLP.
    case nodes
    case edges
  }

  package let gates: Gates
  /// Weights of the mean probability that a gate is open, as fractions of the distance between the corrupted
  /// inputs' outputs and the clean ones'.
  package var penalties: [Double]
  /// Steps of Adam for each penalty.
  package var steps: Int
  package var learningRate: Double
  /// Inputs per step, rounded up to whole blocks.
  package var batch: Int

  package init(
    over gates: Gates, penalties: [Double] = [0.01, 0.03, 0.1, 0.3, 1, 3, 10], steps: Int = 150,
    learningRate: Double = 0.1, batch: Int = 256
  ) {
    self.gates = gates
    self.penalties = penalties
    self.steps = steps
    self.learningRate = learningRate
    self.batch = batch
  }

  package var name: String { gates == .nodes ? "sp" : "edge-sp" }

  package func scores(_ task: DiscoveryTask, progress: (Double) -> Void) -> DiscoveryScores {
    let inputs = task.prepare()
    let gating = Gating(gates, inputs.model.graph)
    let unit = inputs.corruptedDivergence > 0 ? inputs.corruptedDivergence : 1
    var openness = [Double](repeating: 0, count: gating.count)
    for (index, penalty) in penalties.enumerated() {
      // The same noise for every penalty, so that nothing else differs.
      var generator = SeededGenerator(seed: task.seed, stream: name)
      let logits = train(inputs, gating, penalty: penalty * unit, using: &generator) { part in
        progress((Double(index) + part) / Double(penalties.count))
      }
      for (gate, logit) in logits.enumerated() {
        openness[gate] += HardConcrete.openness(logit) / Double(penalties.count)
      }
    }
    return gating.scores(openness)
  }

  /// The logits of the gates after training with one penalty.
  private func train(
    _ inputs: PreparedInputs, _ gating: Gating, penalty: Double, using generator: inout SeededGenerator,
    progress: (Double) -> Void
  ) -> [Double] {
    let model = inputs.model
    let mask = EdgeMask(model.graph, 1)
    let run = MaskedRun(model)
    let gradient = EdgeMask(model.graph, 0)
    var logits = [Double](repeating: HardConcrete.initialLogit, count: gating.count)
    var adam = Adam(count: gating.count, learningRate: learningRate)
    let batchBlocks = min(inputs.blocks.count, max(1, (batch + laneCount - 1) / laneCount))
    var order: [Int] = []
    for step in 0..<steps {
      if order.count < batchBlocks {
        order = Array(inputs.blocks.indices)
        generator.shuffle(&order)
      }
      let blocks = order.suffix(batchBlocks).map { inputs.blocks[$0] }
      order.removeLast(batchBlocks)

      let drawn = logits.map { HardConcrete.sample($0, generator.uniform()) }
      mask.set(gating.mask(drawn.map(\.gate)))
      gradient.fill(0)
      var share = 0.0
      for block in blocks {
        run.forward(block, mask)
        let slopes = run.slopes(block)
        slopes.clear(channels: model.config.outputs)
        inputs.divergence.addSlopes(
          run.logits(block), given: block.cleanOutputs, probabilities: block.cleanProbabilities,
          weights: block.weights, scale: 1, to: slopes)
        run.backward(block, mask, gradient: gradient)
        share += block.weight
      }
      guard share > 0 else { continue }
      let byGate = gating.slopes(gradient.numbers, gates: drawn.map(\.gate))
      let slopes = logits.indices.map { gate in
        byGate[gate] * drawn[gate].slope / share
          + penalty * HardConcrete.opennessSlope(logits[gate]) / Double(gating.count)
      }
      adam.update(&logits, slopes)
      progress(Double(step + 1) / Double(steps))
    }
    return logits
  }
}

/// Adam (Kingma and Ba 2014, arXiv 1412.6980) with its default settings, for a handful of numbers.
private struct Adam {
  private var first, second: [Double]
  private var step = 0
  private let learningRate: Double

  init(count: Int, learningRate: Double) {
    first = [Double](repeating: 0, count: count)
    second = first
    self.learningRate = learningRate
  }

  mutating func update(_ values: inout [Double], _ slopes: [Double]) {
    step += 1
    let firstCorrection = 1 - pow(0.9, Double(step))
    let secondCorrection = 1 - pow(0.999, Double(step))
    for i in values.indices {
      first[i] += 0.1 * (slopes[i] - first[i])
      second[i] += 0.001 * (slopes[i] * slopes[i] - second[i])
      values[i] -=
        learningRate * (first[i] / firstCorrection)
        / ((second[i] / secondCorrection).squareRoot() + 1e-8)
    }
  }
}
