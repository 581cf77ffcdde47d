import Foundation

/// Adam's update of a whole weight buffer (Kingma and Ba, arXiv 1412.6980, algorithm 1), after the gradient
/// has been clipped to a norm.
package final class AdamKernel {
  package struct Settings: Sendable {
    package var beta1: Float
    package var beta2: Float
    package var epsilon: Float
    /// The gradient's greatest norm.
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
  private let arena = Arena()
  package private(set) var steps = 0

  package init(_ settings: Settings, count: Int) {
    self.settings = settings
    self.count = count
    first = arena.floats(count)
    second = arena.floats(count)
  }

  /// The running means of the gradient and of its square, one after the other.
  package var moments: [Float] {
    Array(UnsafeBufferPointer(start: first, count: count))
      + Array(UnsafeBufferPointer(start: second, count: count))
  }

  /// Goes back to a state that ``moments`` and ``steps`` gave.
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
  package func update(_ weights: WeightBuffer, _ gradient: WeightBuffer, learningRate: Float) -> Float {
    steps += 1
    let norm = norm(gradient.base)
    let clip = norm > settings.clipping ? settings.clipping / norm : 1
    let beta1 = settings.beta1
    let beta2 = settings.beta2
    let correction1 = 1 - Float(pow(Double(beta1), Double(steps)))
    let correction2 = 1 - Float(pow(Double(beta2), Double(steps)))
    let rate = learningRate / correction1
    let secondScale = 1 / correction2
    let epsilon = settings.epsilon
    let w = weights.base
    let g = gradient.base
    for i in 0..<count {
      let slope = g[i] * clip
      let m = beta1 * first[i] + (1 - beta1) * slope
      let v = beta2 * second[i] + (1 - beta2) * slope * slope
      first[i] = m
      second[i] = v
      w[i] -= rate * m / ((v * secondScale).squareRoot() + epsilon)
    }
    return norm
  }

  private func norm(_ values: UnsafePointer<Float>) -> Float {
    var sum = Vector(0)
    let vectors = UnsafeRawPointer(values).assumingMemoryBound(to: Vector.self)
    for i in 0..<count / laneCount { sum = fma(vectors[i], vectors[i], sum) }
    var total = 0.0
    for lane in 0..<laneCount { total += Double(sum[lane]) }
    for i in count / laneCount * laneCount..<count { total += Double(values[i] * values[i]) }
    return Float(total.squareRoot())
  }
}
