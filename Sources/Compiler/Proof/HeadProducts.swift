import Foundation
import Transformer

extension ProofChecker {
  /// A head's QK and OV products, by residual direction; the last index stands for the biases.
  struct HeadProducts {
    /// By direction at the query, then by direction at the key: the pair's contribution to the score before
    /// scaling.
    var scores: [Int: [Int: Double]] = [:]
    /// By direction at the key: what it adds to each direction that the head writes.
    var writes: [Int: [Int: Double]] = [:]
    /// 1 / √d_head in float32.
    var scale: Double
    let bias: Int

    init(_ head: SparseWeights.Head, config: TransformerConfig) {
      bias = config.dModel
      scale = Double(1 / Float(config.dHead).squareRoot())
      var keys = Array(repeating: [(direction: Int, weight: Double)](), count: config.dHead)
      for (direction, row) in head.key.enumerated() {
        for entry in row { keys[entry.index].append((direction, entry.weight)) }
      }
      for (dimension, weight) in head.keyBias.enumerated() where weight != 0 {
        keys[dimension].append((bias, weight))
      }
      func addScores(_ direction: Int, _ dimension: Int, _ weight: Double) {
        for key in keys[dimension] {
          scores[direction, default: [:]][key.direction, default: 0] += weight * key.weight
        }
      }
      for (direction, row) in head.query.enumerated() {
        for entry in row { addScores(direction, entry.index, entry.weight) }
      }
      for (dimension, weight) in head.queryBias.enumerated() where weight != 0 {
        addScores(bias, dimension, weight)
      }
      func addWrites(_ direction: Int, _ dimension: Int, _ weight: Double) {
        for entry in head.output[dimension] {
          writes[direction, default: [:]][entry.index, default: 0] += weight * entry.weight
        }
      }
      for (direction, row) in head.value.enumerated() {
        for entry in row { addWrites(direction, entry.index, entry.weight) }
      }
      for (dimension, weight) in head.valueBias.enumerated() where weight != 0 {
        addWrites(bias, dimension, weight)
      }
    }

    /// What the BOS position gets from itself.
    func atBOS(_ bos: [Double]) -> [Int: Double] {
      var result = writes[bias] ?? [:]
      for (direction, row) in writes where direction != bias && bos[direction] != 0 {
        for (target, weight) in row { result[target, default: 0] += bos[direction] * weight }
      }
      return result
    }

    /// What a query's direction adds to the score of the BOS position.
    func scoreOfBOS(_ direction: Int, _ bos: [Double]) -> Double {
      var result = 0.0
      for (key, weight) in scores[direction] ?? [:] {
        result += weight * (key == bias ? 1 : bos[key])
      }
      return result
    }
  }
}
