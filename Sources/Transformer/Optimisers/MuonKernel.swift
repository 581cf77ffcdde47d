/// Muon's update of the layers' weight matrices: against the momentum of the gradient, with all of its
/// singular values brought close to one (K. Jordan, "Muon: An optimizer for hidden layers in neural
/// networks", 2024).
///
/// The learning rate is the spectral norm of the step, times √(outputs / inputs) for a matrix that widens its
/// input; this way, one rate fits every width (Yang, Simon and Bernstein, arXiv 2310.17813).
final class MuonKernel {
  private let matrices: [PackedLayout.Matrix]
  private let keep: Float
  private let velocity: UnsafeMutablePointer<Float>
  private let count: Int
  private let newtonSchulz: NewtonSchulz
  private let arena = Arena()

  /// - Parameter momentum: the decay of the running mean of the gradient per step
  init(_ layout: PackedLayout, momentum: Float) {
    matrices = layout.matrices
    keep = momentum
    count = layout.count
    velocity = arena.floats(count)
    newtonSchulz = NewtonSchulz(
      rows: matrices.map { min($0.rows, $0.columns) }.max() ?? 1,
      columns: matrices.map { max($0.rows, $0.columns) }.max() ?? 1)
  }

  var byteCount: Int { arena.byteCount }

  /// The running mean of the gradient, in packed layout.
  var momentum: [Float] { Array(UnsafeBufferPointer(start: velocity, count: count)) }

  func restore(momentum: [Float]) {
    precondition(momentum.count == count)
    momentum.withUnsafeBufferPointer { velocity.update(from: $0.baseAddress!, count: count) }
  }

  /// One step for the matrices; all other weights stay as they are.
  func update(_ weights: WeightBuffer, _ gradient: WeightBuffer, learningRate: Float) {
    for matrix in matrices { update(matrix, weights.base, gradient.base, learningRate) }
  }

  private func update(
    _ matrix: PackedLayout.Matrix, _ weights: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ learningRate: Float
  ) {
    let isTall = matrix.rows > matrix.columns
    let (short, long) = isTall ? (matrix.columns, matrix.rows) : (matrix.rows, matrix.columns)
    let (shortStride, longStride) = isTall ? (1, matrix.stride) : (matrix.stride, 1)
    let w = weights + matrix.offset
    let g = gradient + matrix.offset
    let v = velocity + matrix.offset
    let keep = keep
    let direction = newtonSchulz.orthogonalise(rows: short, columns: long) { i, j in
      let place = i * shortStride + j * longStride
      v[place] = keep * v[place] + (1 - keep) * g[place]
      // Nesterov's momentum looks one step ahead.
      return keep * v[place] + (1 - keep) * g[place]
    }
    // Rows are inputs.
    let rate = learningRate * max(1, Float(matrix.columns) / Float(matrix.rows)).squareRoot()
    for i in 0..<short {
      for j in 0..<long {
        w[i * shortStride + j * longStride] -= rate * direction.values[i * direction.stride + j]
      }
    }
  }
}
