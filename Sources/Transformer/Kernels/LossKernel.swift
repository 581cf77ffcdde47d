import Foundation

/// The correct outputs of one block of sequences, by column of its tile.
package struct Targets {
  /// The id of the correct output; -1 if the column does not count, and 0 if a numerical circuit's number
  /// counts.
  package let ids: UnsafeMutablePointer<Int32>
  /// The correct number, for numerical circuits.
  package let numbers: UnsafeMutablePointer<Float>

  /// Whether a position is effective, that is, whether a swap changes the correct output there. Nil if no
  /// position is.
  package let effective: UnsafeMutablePointer<Bool>?

  package init(
    ids: UnsafeMutablePointer<Int32>, numbers: UnsafeMutablePointer<Float>,
    effective: UnsafeMutablePointer<Bool>? = nil
  ) {
    self.ids = ids
    self.numbers = numbers
    self.effective = effective
  }
}

/// The loss on one block of sequences, and how often the outputs are right.
package struct BlockScore: Sendable {
  /// The sum over counted columns of cross-entropy in nats, or of the squared error.
  package var loss: Double = 0
  package var counted = 0
  package var correct = 0
  /// The number of effective columns, and how many of them are right.
  package var effective = 0
  package var effectiveCorrect = 0
  /// As bits: the lanes whose sequence has a counted column, and those whose sequence has a wrong one.
  package var countedLanes: UInt16 = 0
  package var wrongLanes: UInt16 = 0

  package init() {}

  fileprivate mutating func count(_ column: Int, _ targets: Targets, isCorrect: Bool) {
    let lane = column % laneCount
    counted += 1
    if let isEffective = targets.effective, isEffective[column] {
      effective += 1
      if isCorrect { effectiveCorrect += 1 }
    }
    countedLanes |= 1 << UInt16(lane)
    if isCorrect { correct += 1 } else { wrongLanes |= 1 << UInt16(lane) }
  }
}

/// The loss of a run's logits in one block, and its gradient, which replaces the logits.
package struct LossKernel {
  package enum Kind: Sendable {
    /// -log softmax(logits)[target]
    case crossEntropy
    /// (output - target)², right if the output is closer than the tolerance
    case squaredError(tolerance: Float)
  }

  package let kind: Kind
  package let outputs: Int

  package init(kind: Kind, outputs: Int) {
    self.kind = kind
    self.outputs = outputs
  }

  /// Scores one block; given a weight, replaces its logits by weight times the gradient of the loss.
  ///
  /// - Parameter weight: the weight of one counted column's loss; nil leaves the logits as they are.
  package func score(_ logits: Tile, _ targets: Targets, weight: Float?) -> BlockScore {
    switch kind {
    case .crossEntropy: crossEntropy(logits, targets, weight)
    case .squaredError(let tolerance): squaredError(logits, targets, weight, tolerance)
    }
  }

  private func crossEntropy(
    _ logits: Tile, _ targets: Targets, _ weight: Float?
  ) -> BlockScore {
    var score = BlockScore()
    let positions = logits.stride / laneCount
    let rows = logits.vectors()
    for position in 0..<positions {
      let column = position * laneCount
      let ids = targets.ids + column
      var greatest = rows[position]
      var best = SIMD16<Int32>(repeating: 0)
      for output in 1..<max(outputs, 1) {
        let x = rows[output * positions + position]
        let better = x .> greatest
        greatest.replace(with: x, where: better)
        best.replace(
          with: Int32(truncatingIfNeeded: output),
          where: better)
      }
      var sum = Vector(0)
      for output in 0..<outputs { sum += exponential(rows[output * positions + position] - greatest) }
      var counts = Vector(0)
      for lane in 0..<laneCount where ids[lane] >= 0 {
        counts[lane] = 1
        score.count(column + lane, targets, isCorrect: best[lane] == ids[lane])
        let logit = logits.row(Int(ids[lane]))[column + lane]
        score.loss += Double(log(sum[lane]) + greatest[lane] - logit)
      }
      guard let weight else { continue }
      let scale = counts * Vector(weight) / sum
      for output in 0..<outputs {
        let x = rows[output * positions + position]
        rows[output * positions + position] = exponential(x - greatest) * scale
      }
      for lane in 0..<laneCount where ids[lane] >= 0 {
        logits.row(Int(ids[lane]))[column + lane] -= weight
      }
    }
    return score
  }

  private func squaredError(
    _ logits: Tile, _ targets: Targets, _ weight: Float?, _ tolerance: Float
  ) -> BlockScore {
    var score = BlockScore()
    let row = logits.row(0)
    for column in 0..<logits.stride {
      guard targets.ids[column] >= 0 else {
        if weight != nil { row[column] = 0 }
        continue
      }
      let error = row[column] - targets.numbers[column]
      score.count(column, targets, isCorrect: abs(error) < tolerance)
      score.loss += Double(error * error)
      if let weight { row[column] = 2 * weight * error }
    }
    return score
  }
}
