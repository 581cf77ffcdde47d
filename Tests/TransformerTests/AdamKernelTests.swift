import Foundation
import Testing

@testable import Transformer

@Suite struct AdamKernelTests {
  let config = TinyModel.config(causal: true, activation: .gelu)

  func gradient(_ step: Int) -> [Float] {
    TinyModel.parameters(config, seed: UInt64(100 + step)).values
  }

  @Test(
    "Three steps equal the published update in double precision, with and without clipping",
    arguments: [Float(0.5), 1e6])
  func update(clipping: Float) {
    let start = TinyModel.parameters(config, seed: 1)
    let weights = WeightBuffer(config: config)
    weights.load(start.values)
    let slopes = WeightBuffer(config: config)
    let adam = AdamKernel(
      .init(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipping: clipping), count: weights.count)
    var expected = start.values.map(Double.init)
    var m = [Double](repeating: 0, count: expected.count)
    var v = m
    for step in 1...3 {
      let raw = gradient(step).map(Double.init)
      slopes.load(gradient(step))
      let norm = adam.update(weights.base, slopes.base, learningRate: 0.01)
      let exact = raw.map { $0 * $0 }.reduce(0, +).squareRoot()
      #expect(abs(Double(norm) - exact) < 1e-4 * exact)
      let clip = min(1, Double(clipping) / exact)
      for i in raw.indices {
        let g = raw[i] * clip
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.99 * v[i] + 0.01 * g * g
        let mHat = m[i] / (1 - pow(0.9, Double(step)))
        let vHat = v[i] / (1 - pow(0.99, Double(step)))
        expected[i] -= 0.01 * mHat / (vHat.squareRoot() + 1e-8)
      }
    }
    for (a, b) in zip(weights.values, expected) { #expect(abs(Double(a) - b) < 1e-4) }
  }

  @Test func restoresItsState() {
    let settings = AdamKernel.Settings(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipping: 1)
    func run(_ steps: Range<Int>, _ adam: AdamKernel, _ weights: WeightBuffer) {
      let slopes = WeightBuffer(config: config)
      for step in steps {
        slopes.load(gradient(step))
        adam.update(weights.base, slopes.base, learningRate: 0.01)
      }
    }
    let through = WeightBuffer(config: config)
    let adam = AdamKernel(settings, count: through.count)
    run(0..<5, adam, through)

    let first = WeightBuffer(config: config)
    let before = AdamKernel(settings, count: first.count)
    run(0..<2, before, first)
    let second = WeightBuffer(config: config)
    second.load(first.values)
    let after = AdamKernel(settings, count: second.count)
    after.restore(moments: before.moments, steps: before.steps)
    run(2..<5, after, second)
    #expect(second.values == through.values)
  }
}
