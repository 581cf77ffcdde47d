import Foundation

/// The divergence of outputs from given outputs, and its gradient, on tiles.
package struct DivergenceKernel {
  package enum Kind: String, Sendable {
    /// KL(given ‖ outputs) in nats, of the softmax distributions of logits.
    case kullbackLeibler = "kl"
    /// (output - given)², summed over the outputs.
    case squaredError = "mse"
  }

  package let kind: Kind
  package let outputs: Int

  package init(kind: Kind, outputs: Int) {
    self.kind = kind
    self.outputs = outputs
  }

  /// The sum over columns of weight times divergence.
  ///
  /// - Parameters:
  ///   - given: logits or numbers, as many channels as outputs
  ///   - probabilities: the softmax of `given`, and one more channel with the log of the sum of its
  ///     exponentials, from ``distribution(_:into:)``; not read for the squared error
  ///   - weights: one per column
  package func value(
    _ logits: Tile, given: Tile, probabilities: Tile, weights: UnsafePointer<Float>
  ) -> Double {
    let positions = logits.stride / laneCount
    let z = logits.vectors()
    let g = given.vectors()
    let p = probabilities.vectors()
    var sum = 0.0
    for position in 0..<positions {
      var divergence = Vector(0)
      switch kind {
      case .kullbackLeibler:
        for output in 0..<outputs {
          let i = output * positions + position
          divergence = fma(p[i], g[i] - z[i], divergence)
        }
        divergence += logSumExp(z + position, positions) - p[outputs * positions + position]
      case .squaredError:
        for output in 0..<outputs {
          let difference = z[output * positions + position] - g[output * positions + position]
          divergence = fma(difference, difference, divergence)
        }
      }
      let column = position * laneCount
      for lane in 0..<laneCount where weights[column + lane] != 0 {
        sum += Double(weights[column + lane]) * Double(divergence[lane])
      }
    }
    return sum
  }

  /// slopes += scale · weight · the gradient of the divergence with respect to the logits.
  package func addSlopes(
    _ logits: Tile, given: Tile, probabilities: Tile, weights: UnsafePointer<Float>, scale: Float,
    to slopes: Tile
  ) {
    let positions = logits.stride / laneCount
    let z = logits.vectors()
    let g = given.vectors()
    let p = probabilities.vectors()
    let d = slopes.vectors()
    let w = UnsafeRawPointer(weights).assumingMemoryBound(to: Vector.self)
    for position in 0..<positions {
      let factor = w[position] * Vector(scale)
      switch kind {
      case .kullbackLeibler:
        let normaliser = logSumExp(z + position, positions)
        for output in 0..<outputs {
          let i = output * positions + position
          d[i] = fma(factor, exponential(z[i] - normaliser) - p[i], d[i])
        }
      case .squaredError:
        for output in 0..<outputs {
          let i = output * positions + position
          d[i] = fma(factor * Vector(2), z[i] - g[i], d[i])
        }
      }
    }
  }

  /// The softmax of logits and, in the channel after the outputs, the log of the sum of their exponentials.
  package func distribution(_ logits: Tile, into probabilities: Tile) {
    let positions = logits.stride / laneCount
    let z = logits.vectors()
    let p = probabilities.vectors()
    for position in 0..<positions {
      let normaliser = logSumExp(z + position, positions)
      for output in 0..<outputs {
        p[output * positions + position] = exponential(z[output * positions + position] - normaliser)
      }
      p[outputs * positions + position] = normaliser
    }
  }

  private func logSumExp(_ z: UnsafePointer<Vector>, _ stride: Int) -> Vector {
    var greatest = z[0]
    for output in 1..<max(outputs, 1) { greatest = maximum(greatest, z[output * stride]) }
    var sum = Vector(0)
    for output in 0..<outputs { sum += exponential(z[output * stride] - greatest) }
    var result = greatest
    for lane in 0..<laneCount { result[lane] += log(sum[lane]) }
    return result
  }
}
