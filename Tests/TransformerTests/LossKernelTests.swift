import Foundation
import Testing

@testable import Transformer

@Suite struct LossKernelTests {
  /// Logits, targets and slopes of one block, kept together so that their memory outlives the test's views.
  final class Scene {
    let outputs: Int
    let positions: Int
    private let arena = Arena()
    let logits: Tile
    let targets: Targets

    init(outputs: Int, positions: Int, seed: UInt64) {
      self.outputs = outputs
      self.positions = positions
      let columns = positions * laneCount
      logits = Tile(base: arena.floats(outputs * columns), stride: columns)
      let ids = UnsafeMutableRawPointer(arena.floats(columns)).assumingMemoryBound(to: Int32.self)
      targets = Targets(ids: ids, numbers: arena.floats(columns))
      var generator = SeededGenerator(seed: seed)
      for i in 0..<outputs * columns { logits.base[i] = Float(generator.uniform() * 6 - 3) }
      for column in 0..<columns {
        // Every fifth column names no value.
        ids[column] = column % 5 == 0 ? -1 : Int32(generator.index(below: outputs))
        targets.numbers[column] = Float(generator.uniform() * 2 - 1)
      }
    }

    var values: [Float] { Array(UnsafeBufferPointer(start: logits.base, count: outputs * logits.stride)) }

    /// -log softmax or squared error, summed over the counted columns, in double precision.
    func loss(_ values: [Double], squared: Bool) -> Double {
      var sum = 0.0
      for column in 0..<logits.stride where targets.ids[column] >= 0 {
        if squared {
          sum += pow(values[column] - Double(targets.numbers[column]), 2)
        } else {
          let row = (0..<outputs).map { values[$0 * logits.stride + column] }
          let partition = log(row.map { exp($0) }.reduce(0, +))
          sum += partition - row[Int(targets.ids[column])]
        }
      }
      return sum
    }
  }

  @Test("Losses agree with double precision, gradients with central differences", arguments: [false, true])
  func slopes(squared: Bool) {
    let scene = Scene(outputs: squared ? 1 : 4, positions: 3, seed: 5)
    let kernel = LossKernel(
      kind: squared ? .squaredError(tolerance: 0.05) : .crossEntropy, outputs: scene.outputs)
    let values = scene.values.map(Double.init)
    let plain = kernel.score(scene.logits, scene.targets, weight: nil)
    #expect(abs(plain.loss - scene.loss(values, squared: squared)) < 1e-4)
    #expect(scene.values.map(Double.init) == values)

    let weight: Float = 0.25
    let scored = kernel.score(scene.logits, scene.targets, weight: weight)
    #expect(scored.loss == plain.loss && scored.counted == plain.counted)
    for i in values.indices {
      var up = values
      var down = values
      up[i] += 1e-5
      down[i] -= 1e-5
      let numeric =
        (scene.loss(up, squared: squared) - scene.loss(down, squared: squared)) / 2e-5 * Double(weight)
      #expect(abs(Double(scene.logits.base[i]) - numeric) < 1e-4)
    }
  }

  @Test func countsWhatIsRight() {
    let scene = Scene(outputs: 3, positions: 2, seed: 9)
    let score = LossKernel(kind: .crossEntropy, outputs: 3).score(scene.logits, scene.targets, weight: nil)
    var counted = 0
    var correct = 0
    for column in 0..<scene.logits.stride where scene.targets.ids[column] >= 0 {
      let row = (0..<3).map { scene.logits.row($0)[column] }
      counted += 1
      if row.firstIndex(of: row.max()!) == Int(scene.targets.ids[column]) { correct += 1 }
    }
    #expect(score.counted == counted)
    #expect(score.correct == correct)
    #expect(correct > 0 && correct < counted)
  }
}
