import Foundation
import Transformer

/// Runs a compiled transformer on its non-zero weights and activations only.
///
/// It computes what ``Transformer/Inference`` does, in float32, with a hundredth of the work: at each
/// position, a compiled transformer has about ten non-zero directions, however wide the residual stream is.
struct SparseInference {
  private let weights: SparseWeights
  private let scale: Float

  init(_ parameters: Parameters) {
    weights = SparseWeights(parameters)
    scale = 1 / Float(parameters.config.dHead).squareRoot()
  }

  /// Sparse numbers: an array, with a list of the indices in use.
  private struct Vector {
    private(set) var values: [Float]
    private(set) var places: [Int] = []
    private var isListed: [Bool]

    init(count: Int) {
      values = Array(repeating: 0, count: count)
      isListed = Array(repeating: false, count: count)
    }

    mutating func add(_ value: Float, at place: Int) {
      if !isListed[place] {
        isListed[place] = true
        places.append(place)
      }
      values[place] += value
    }

    mutating func clear() {
      for place in places { (values[place], isListed[place]) = (0, false) }
      places.removeAll(keepingCapacity: true)
    }
  }

  /// Whether a dense pass needs so many multiplications per position that the sparse one is faster.
  static func isQuicker(for config: TransformerConfig) -> Bool {
    let attention = 4 * config.heads * config.dHead * config.dModel
    return config.layers * (attention + 2 * config.dModel * config.dMLP) > 1_000_000
  }

  /// The logits of a sequence (ids, BOS included): [position · outputs + output].
  func logits(_ ids: [Int32]) -> [Float] {
    let c = weights.config
    var residual = ids.enumerated().map { position, id in
      var vector = Vector(count: c.dModel)
      for entry in weights.embed[Int(id)] + weights.positions[position] {
        vector.add(Float(entry.weight), at: entry.index)
      }
      return vector
    }
    var hidden = Vector(count: c.dMLP)
    for block in weights.blocks {
      var added = residual.map { _ in [(Int, Float)]() }
      for head in block.heads { attend(head, residual, &added) }
      for (position, entries) in added.enumerated() {
        for (direction, value) in entries { residual[position].add(value, at: direction) }
        for entry in block.attentionBias { residual[position].add(Float(entry.weight), at: entry.index) }
      }
      for position in residual.indices {
        hidden.clear()
        for direction in residual[position].places {
          let value = residual[position].values[direction]
          for entry in block.input[direction] { hidden.add(value * Float(entry.weight), at: entry.index) }
        }
        for unit in block.biasedUnits { hidden.add(Float(block.inputBias[unit]), at: unit) }
        for unit in hidden.places {
          let value = hidden.values[unit]
          guard value > 0 else { continue }
          for entry in block.output[unit] {
            residual[position].add(value * Float(entry.weight), at: entry.index)
          }
        }
        for entry in block.outputBias { residual[position].add(Float(entry.weight), at: entry.index) }
      }
    }
    var logits = [Float](repeating: 0, count: ids.count * c.outputs)
    for (position, vector) in residual.enumerated() {
      for output in 0..<c.outputs {
        logits[position * c.outputs + output] = Float(weights.unembedBias[output])
      }
      for direction in vector.places {
        for entry in weights.unembed[direction] {
          logits[position * c.outputs + entry.index] += vector.values[direction] * Float(entry.weight)
        }
      }
    }
    return logits
  }

  private func attend(
    _ head: SparseWeights.Head, _ residual: [Vector], _ added: inout [[(Int, Float)]]
  ) {
    if head.writesNothing { return }
    let c = weights.config
    func project(_ rows: [[SparseWeights.Entry]], _ bias: [Double]) -> [Vector] {
      residual.map { row in
        var vector = Vector(count: c.dHead)
        for direction in row.places {
          for entry in rows[direction] {
            vector.add(row.values[direction] * Float(entry.weight), at: entry.index)
          }
        }
        for (dimension, weight) in bias.enumerated() where weight != 0 {
          vector.add(Float(weight), at: dimension)
        }
        return vector
      }
    }
    let queries = project(head.query, head.queryBias)
    let keys = project(head.key, head.keyBias)
    let values = project(head.value, head.valueBias)
    for (position, query) in queries.enumerated() {
      let dimensions = query.places.sorted()
      let scores = (0..<(c.causal ? position + 1 : residual.count)).map { key in
        scale * dimensions.reduce(Float(0)) { $0 + query.values[$1] * keys[key].values[$1] }
      }
      let greatest = scores.max()!
      let exponentials = scores.map { exp($0 - greatest) }
      let sum = exponentials.reduce(0, +)
      var mixed = Vector(count: c.dHead)
      for (key, exponential) in exponentials.enumerated() where exponential > 0 {
        for dimension in values[key].places {
          mixed.add(exponential / sum * values[key].values[dimension], at: dimension)
        }
      }
      for dimension in mixed.places {
        for entry in head.output[dimension] {
          added[position].append((entry.index, mixed.values[dimension] * Float(entry.weight)))
        }
      }
    }
  }
}
