import Testing

@testable import Transformer

@Suite struct OptimiserTests {
  let config = TinyModel.config(causal: true, activation: .gelu)
  let settings = AdamKernel.Settings(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, clipping: 1e6)

  func gradient(_ step: Int) -> [Float] {
    PackedParameters(TinyModel.parameters(config, seed: UInt64(100 + step))).values
  }

  func places(_ matrix: PackedLayout.Matrix) -> [[Int]] {
    (0..<matrix.rows).map { i in
      (0..<matrix.columns).map { j in matrix.offset + i * matrix.stride + j }
    }
  }

  @Test("Every weight belongs to one matrix or to the rest")
  func partition() {
    let layout = PackedLayout(config: config)
    let all = layout.matrices.flatMap { places($0).flatMap { $0 } } + layout.rest.flatMap { Array($0) }
    #expect(all.sorted() == Array(0..<layout.count))
    #expect(layout.matrices.count == config.layers * 6)
  }

  @Test("Tall and wide matrices follow Muon's published update in double precision")
  func muon() {
    let layout = PackedLayout(config: config)
    let weights = WeightBuffer(TinyModel.parameters(config, seed: 1))
    let slopes = WeightBuffer(config: config)
    let muon = MuonKernel(layout, momentum: 0.9)
    var expected = weights.values.map(Double.init)
    var velocity = [Double](repeating: 0, count: layout.count)
    for step in 1...3 {
      slopes.load(gradient(step))
      muon.update(weights, slopes, learningRate: 0.1)
      let raw = gradient(step).map(Double.init)
      for matrix in layout.matrices {
        let isTall = matrix.rows > matrix.columns
        let rows = places(matrix)
        let places = isTall ? rows[0].indices.map { j in rows.map { $0[j] } } : rows
        for place in places.joined() { velocity[place] = 0.9 * velocity[place] + 0.1 * raw[place] }
        let ahead = places.map { $0.map { 0.9 * velocity[$0] + 0.1 * raw[$0] } }
        let scale = 0.1 * max(1, Double(matrix.columns) / Double(matrix.rows)).squareRoot()
        for (row, direction) in zip(places, plainOrthogonalised(ahead)) {
          for (place, value) in zip(row, direction) { expected[place] -= scale * value }
        }
      }
    }
    for (a, b) in zip(weights.values, expected) { #expect(abs(Double(a) - b) < 1e-3) }
    let start = WeightBuffer(TinyModel.parameters(config, seed: 1)).values
    for i in layout.rest.joined() { #expect(weights.values[i] == start[i]) }
  }

  @Test("Adam updates the rest, at its own rate")
  func rest() {
    let layout = PackedLayout(config: config)
    let parameters = TinyModel.parameters(config, seed: 1)
    let weights = WeightBuffer(parameters)
    let slopes = WeightBuffer(config: config)
    slopes.load(gradient(1))
    Optimiser(config, settings, momentum: 0.9)
      .update(weights, slopes, learningRate: 0.01, matrixRate: 0)
    let start = WeightBuffer(parameters).values
    for i in layout.rest.joined() {
      // Adam's first step is the rate, against the gradient's sign.
      #expect(abs(abs(weights.values[i] - start[i]) - 0.01) < 1e-4)
    }
    for i in layout.matrices.flatMap({ places($0).flatMap { $0 } }) { #expect(weights.values[i] == start[i]) }
  }

  @Test("Every weight decays by the same share before its update")
  func decay() {
    let parameters = TinyModel.parameters(config, seed: 1)
    func updated(_ scale: Float, decay: Float) -> [Float] {
      let weights = WeightBuffer(parameters)
      for i in 0..<weights.count { weights.base[i] *= scale }
      let slopes = WeightBuffer(config: config)
      slopes.load(gradient(1))
      Optimiser(config, settings, momentum: 0.9)
        .update(weights, slopes, learningRate: 0.01, matrixRate: 0.01, decay: decay)
      return weights.values
    }
    let (decayed, scaled) = (updated(1, decay: 0.25), updated(0.75, decay: 0))
    #expect(decayed == scaled)
    #expect(decayed != updated(1, decay: 0))
  }

  @Test func restoresItsState() {
    func run(_ steps: Range<Int>, _ optimiser: Optimiser, _ weights: WeightBuffer) {
      let slopes = WeightBuffer(config: config)
      for step in steps {
        slopes.load(gradient(step))
        optimiser.update(weights, slopes, learningRate: 0.01, matrixRate: 0.02)
      }
    }
    let through = WeightBuffer(config: config)
    run(0..<5, Optimiser(config, settings, momentum: 0.9), through)

    let first = WeightBuffer(config: config)
    let before = Optimiser(config, settings, momentum: 0.9)
    run(0..<2, before, first)
    let second = WeightBuffer(config: config)
    second.load(first.values)
    let after = Optimiser(config, settings, momentum: 0.9)
    #expect(before.moments.count == Optimiser.momentCount(first.count))
    after.restore(before.moments, steps: 2)
    run(2..<5, after, second)
    #expect(second.values == through.values)
  }
}
