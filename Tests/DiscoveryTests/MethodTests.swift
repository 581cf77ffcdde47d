import Foundation
import Testing
import Transformer

@testable import Discovery

@Suite struct MethodTests {
  static let cases: [(InputPairs.OutputKind, Ablation)] = [
    (.categorical, .resample), (.categorical, .mean), (.numerical, .resample), (.numerical, .zero),
  ]

  @Test("Cutting one edge moves the outputs as far as in the plain transformer", arguments: cases)
  func singleEdges(kind: InputPairs.OutputKind, ablation: Ablation) {
    let scene = Scene(kind: kind)
    let inputs = scene.task(ablation).prepare()
    let plain = scene.bruteForce(ablation)
    #expect(abs(inputs.corruptedDivergence - plain.corruptedDivergence) < 1e-4)
    let run = PatchedRun(inputs)
    #expect(abs(run.divergence) < 1e-6)
    for (index, edge) in plain.model.graph.edges.enumerated() {
      let expected = plain.divergence { $0 == edge ? 0 : 1 }
      #expect(abs(run.divergence(cutting: index) - expected) < 1e-4, "\(edge)")
    }
  }

  @Test("Cutting edges one after another agrees with cutting them all at once", arguments: [false, true])
  func manyEdges(causal: Bool) {
    let scene = Scene(kind: .categorical, causal: causal)
    let inputs = scene.task(.resample).prepare()
    let plain = scene.bruteForce(.resample)
    let run = PatchedRun(inputs)
    var generator = SeededGenerator(seed: 2)
    var order = Array(plain.model.graph.edges.indices)
    generator.shuffle(&order)
    var cut: Set<Edge> = []
    for (place, index) in order.enumerated() {
      cut.insert(plain.model.graph.edges[index])
      let tried = run.divergence(cutting: index)
      if place % 5 == 0 { #expect(abs(tried - plain.divergence { cut.contains($0) ? 0 : 1 }) < 1e-4) }
      run.commit()
      #expect(run.divergence == tried)
    }
    let atOnce = PatchedRun(inputs)
    atOnce.start(cut: Set(order))
    #expect(abs(atOnce.divergence - run.divergence) < 1e-5)
  }

  @Test("ACDC's scores are the thresholds at which the plain algorithm cuts the edges", arguments: cases)
  func acdc(kind: InputPairs.OutputKind, ablation: Ablation) {
    let scene = Scene(kind: kind, inputs: 3)
    let inputs = scene.task(ablation).prepare()
    let plain = scene.bruteForce(ablation)
    let order = ACDC.order(plain.model.graph)
    let thresholds = [0.002, 0.011, 0.053, 0.21, 0.97].map { $0 * inputs.corruptedDivergence }
    let scores = ACDC().scores(inputs, thresholds: thresholds, progress: { _ in })
    var expected = [Double](repeating: thresholds[4] * 10, count: order.count)
    for threshold in thresholds.reversed() {
      let intact = plain.acdc(threshold: threshold, order: order)
      for edge in expected.indices where !intact.contains(edge) { expected[edge] = threshold }
    }
    #expect(scores.edges == expected)
    #expect(Set(expected).count > 2)
  }

  /// A score's brute force: the slope of a loss by one edge's mask, by central differences.
  private func slope(_ edge: Edge, _ loss: ((Edge) -> Double) -> Double) -> Double {
    let step = 1e-4
    return (loss { $0 == edge ? 1 + step : 1 } - loss { $0 == edge ? 1 - step : 1 }) / (2 * step)
  }

  @Test("EAP's scores agree with gradients of the plain transformer, edge by edge", arguments: cases)
  func edgeAttribution(kind: InputPairs.OutputKind, ablation: Ablation) {
    let scene = Scene(kind: kind, inputs: 3)
    let inputs = scene.task(ablation).prepare()
    let plain = scene.bruteForce(ablation)
    let scores = EdgeAttribution().scores(inputs, progress: { _ in })
    for (edge, score) in zip(plain.model.graph.edges, scores.edges) {
      #expect(abs(score - abs(slope(edge) { plain.contrast(mask: $0) })) < 1e-4, "\(edge)")
    }
  }

  @Test("EAP-IG's scores are mean gradients along the path from the ablated embedding", arguments: cases)
  func integratedGradients(kind: InputPairs.OutputKind, ablation: Ablation) {
    let scene = Scene(kind: kind, inputs: 3)
    let inputs = scene.task(ablation).prepare()
    let plain = scene.bruteForce(ablation)
    let steps = 2
    let scores = EdgeAttribution(integratedGradientSteps: steps).scores(inputs, progress: { _ in })
    // At an interpolated input the slope is by the target's input; the mask's own slope would take the
    // interpolated activations, so the edge carries its clean input's difference instead.
    let expected = plain.integratedGradients(steps: steps)
    for (index, edge) in plain.model.graph.edges.enumerated() {
      #expect(abs(scores.edges[index] - abs(expected[index])) < 1e-4, "\(edge)")
    }
  }

  @Test(
    "Every gate's gradient agrees with central differences of the plain transformer",
    arguments: [SubnetworkProbing.Gates.nodes, .edges])
  func gateSlopes(gates: SubnetworkProbing.Gates) {
    let scene = Scene(kind: .categorical, inputs: 5)
    let inputs = scene.task(.resample).prepare()
    let plain = scene.bruteForce(.resample)
    let gating = Gating(gates, inputs.model.graph)
    var generator = SeededGenerator(seed: 4)
    let values = (0..<gating.count).map { _ in generator.uniform() }
    let mask = EdgeMask(inputs.model.graph, 1)
    mask.set(gating.mask(values))
    let run = MaskedRun(inputs.model)
    let gradient = EdgeMask(inputs.model.graph, 0)
    for block in inputs.blocks {
      run.forward(block, mask)
      let slopes = run.slopes(block)
      slopes.clear(channels: inputs.model.config.outputs)
      inputs.divergence.addSlopes(
        run.logits(block), given: block.cleanOutputs, probabilities: block.cleanProbabilities,
        weights: block.weights, scale: 1, to: slopes)
      run.backward(block, mask, gradient: gradient)
    }
    let slopes = gating.slopes(gradient.numbers, gates: values)
    let edges = plain.model.graph.edges
    func loss(_ values: [Double]) -> Double {
      let mask = Dictionary(uniqueKeysWithValues: zip(edges, gating.mask(values).map(Double.init)))
      return plain.divergence { mask[$0] ?? 1 }
    }
    for gate in stride(from: 0, to: gating.count, by: gates == .nodes ? 1 : 4) {
      var (up, down) = (values, values)
      up[gate] += 1e-3
      down[gate] -= 1e-3
      #expect(abs((loss(up) - loss(down)) / 2e-3 - slopes[gate]) < 2e-3 * max(1, abs(slopes[gate])))
    }
  }
}
