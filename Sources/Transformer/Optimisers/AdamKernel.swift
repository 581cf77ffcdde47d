import Foundation

/// Adam's update of weights (Kingma and Ba, arXiv 1412.6980, algorithm 1), after the gradient has been
/// clipped to a norm.
package final class AdamKernel {
  package struct Settings: Sendable {
    package var beta1: Float
    package var beta2: Float
    package var epsilon: Float
    /// The largest norm of the gradient.
    package var clipping: Float

    package init(beta1: Float, beta2: Float, epsilon: Float, clipping: Float) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.clipping = clipping
    }
  }

  private let settings: Settings
  private let first: UnsafeMutablePointer<Float>
  private let second: UnsafeMutablePointer<Float>
  private let count: Int
  private let spans: [Range<Int>]
  private let arena = Arena()
  package private(set) var steps = 0

  /// - Parameter spans: which of the weights to update; nil for all
  package init(_ settings: Settings, count: Int, spans: [Range<Int>]? = nil) {
    self.settings = settings
    self.count = count
    self.spans = spans ?? [0..<count]
    first = arena.floats(count)
    second = arena.floats(count)
  }

  package var byteCount: Int { arena.byteCount }

  /// The running means of the gradient and of its square, one after the other.
  package var moments: [Float] {
    Array(UnsafeBufferPointer(start: first, count: count))
      + Array(UnsafeBufferPointer(start: second, count: count))
  }

  /// Restores a state from ``moments`` and ``steps``.
  package func restore(moments: [Float], steps: Int) {
    precondition(moments.count == 2 * count)
    moments.withUnsafeBufferPointer {
      first.update(from: $0.baseAddress!, count: count)
      second.update(from: $0.baseAddress! + count, count: count)
    }
    self.steps = steps
  }

  /// One step; returns the gradient's norm before clipping.
  @discardableResult
  package func update(
    _ w: UnsafeMutablePointer<Float>, _ g: UnsafePointer<Float>, learningRate: Float
  ) -> Float {
    steps += 1
    let norm = norm(g)
    let clip = norm > settings.clipping ? settings.clipping / norm : 1
    let beta1 = settings.beta1
    let beta2 = settings.beta2
    let correction1 = 1 - Float(pow(Double(beta1), Double(steps)))
    let correction2 = 1 - Float(pow(Double(beta2), Double(steps)))
    let rate = learningRate / correction1
    let secondScale = 1 / correction2
    let epsilon = settings.epsilon
    for span in spans {
      for i in span {
        let slope = g[i] * clip
        let m = beta1 * first[i] + (1 - beta1) * slope
        let v = beta2 * second[i] + (1 - beta2) * slope * slope
        first[i] = m
        second[i] = v
        w[i] -= rate * m / ((v * secondScale).squareRoot() + epsilon)
      }
    }
    return norm
  }

  private func norm(_ values: UnsafePointer<Float>) -> Float {
    var total = 0.0
    for span in spans {
      var sum = Vector(0)
      let whole = span.count / laneCount
      let start = UnsafeRawPointer(values + span.lowerBound)
      for i in 0..<whole {
        let x = start.loadUnaligned(fromByteOffset: i * MemoryLayout<Vector>.stride, as: Vector.self)
        sum = fma(x, x, sum)
      }
      for lane in 0..<laneCount { total += Double(sum[lane]) }
      for i in span.lowerBound + whole * laneCount..<span.upperBound {
        total += Double(values[i] * values[i])
      }
    }
    return Float(total.squareRoot())
  }
}
