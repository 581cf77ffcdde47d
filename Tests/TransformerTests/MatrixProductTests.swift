import Testing

@testable import Transformer

/// Holds each product to OpenBLAS's, where it is not OpenBLAS's.
@Suite(.enabled(if: vectorsAreRegisters)) struct MatrixProductTests {
  /// Operands of one shape, and what both versions make of them.
  final class Operands {
    let rows: Int
    let outputs: Int
    let columns: Int
    private let arena = Arena()
    private let weights: UnsafeMutablePointer<Float>
    private let inputs: Tile
    private let slopes: Tile

    init(rows: Int, outputs: Int, positions: Int, seed: UInt64 = 1) {
      self.rows = rows
      self.outputs = outputs
      columns = positions * laneCount
      weights = arena.floats(rows * outputs)
      inputs = Tile(base: arena.floats(rows * columns), stride: columns)
      slopes = Tile(base: arena.floats(outputs * columns), stride: columns)
      var generator = SeededGenerator(seed: seed)
      for i in 0..<rows * outputs { weights[i] = Float(generator.uniform() * 2 - 1) }
      for i in 0..<rows * columns { inputs.base[i] = Float(generator.uniform() * 2 - 1) }
      for i in 0..<outputs * columns { slopes.base[i] = Float(generator.uniform() * 2 - 1) }
    }

    /// What a product writes over numbers that are there before, and past them what it must leave alone.
    private func result(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) -> [Float] {
      let guarded = count + 2 * laneCount
      let memory = arena.floats(guarded)
      for i in 0..<guarded { memory[i] = Float(i % 7) - 3 }
      body(memory)
      return Array(UnsafeBufferPointer(start: memory, count: guarded))
    }

    func product(_ fast: Bool, adding: Bool) -> [Float] {
      let body = fast ? Transformer.product : plainProduct
      return result(outputs * columns) {
        body(weights, inputs, rows, Tile(base: $0, stride: columns), outputs, adding)
      }
    }

    func inputGradient(_ fast: Bool, adding: Bool) -> [Float] {
      let body = fast ? Transformer.inputGradient : plainInputGradient
      return result(rows * columns) {
        body(weights, slopes, outputs, Tile(base: $0, stride: columns), rows, adding)
      }
    }

    func weightGradient(_ fast: Bool) -> [Float] {
      let body = fast ? addWeightGradient : plainAddWeightGradient
      return result(rows * outputs) { body(inputs, rows, slopes, outputs, $0) }
    }

    /// The greatest difference between the two versions of any of the products.
    var difference: Float {
      func greatest(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { worst, pair in
          let distance = abs(pair.0 - pair.1)
          return distance > worst || distance.isNaN ? distance : worst
        }
      }
      var worst = greatest(weightGradient(true), weightGradient(false))
      for adding in [false, true] {
        worst = max(worst, greatest(product(true, adding: adding), product(false, adding: adding)))
        worst = max(
          worst, greatest(inputGradient(true, adding: adding), inputGradient(false, adding: adding)))
      }
      return worst
    }
  }

  @Test("All small shapes agree with OpenBLAS", arguments: 1...5)
  func smallShapes(positions: Int) {
    for rows in 1...20 {
      for outputs in 1...20 {
        let difference = Operands(rows: rows, outputs: outputs, positions: positions).difference
        #expect(difference < 2e-5, "\(rows) rows, \(outputs) outputs, \(positions) positions")
      }
    }
  }

  @Test(
    "Shapes that occur in training agree with OpenBLAS",
    arguments: [
      (57, 168, 6), (225, 56, 10), (65, 5, 9), (13, 36, 7), (257, 64, 8), (21, 83, 11), (64, 1, 40),
    ])
  func largeShapes(rows: Int, outputs: Int, positions: Int) {
    #expect(Operands(rows: rows, outputs: outputs, positions: positions).difference < 2e-4)
  }

  @Test func theSameInputGivesTheSameBytes() {
    let first = Operands(rows: 57, outputs: 30, positions: 7, seed: 3)
    let second = Operands(rows: 57, outputs: 30, positions: 7, seed: 3)
    #expect(first.product(true, adding: true) == second.product(true, adding: true))
    #expect(first.inputGradient(true, adding: true) == second.inputGradient(true, adding: true))
    #expect(first.weightGradient(true) == second.weightGradient(true))
  }
}
