/// Brings the singular values of a matrix close to one: X → approximately U Vᵀ for X = U S Vᵀ.
///
/// Five steps of X ← a X + (b A + c A²) X with A = X Xᵀ (the Newton-Schulz iteration), with the coefficients
/// of K. Jordan's Muon, which move values from 0.01 upwards to between 0.7 and 1.2 but do not converge to 1.
/// Rows and columns are padded with zeros to whole vectors, so that all products have the form of a layer's.
final class NewtonSchulz {
  static let coefficients: (a: Float, b: Float, c: Float) = (3.4445, -4.7750, 2.0315)
  static let steps = 5

  private var x, y: UnsafeMutablePointer<Float>
  private let gram, polynomial: UnsafeMutablePointer<Float>
  private let arena = Arena()

  /// Room for matrices of up to this many rows and columns, with no more rows than columns.
  init(rows: Int, columns: Int) {
    let rows = Self.padded(rows)
    let columns = Self.padded(columns)
    x = arena.floats(rows * columns)
    y = arena.floats(rows * columns)
    gram = arena.floats(rows * rows)
    polynomial = arena.floats(rows * rows)
  }

  static func padded(_ count: Int) -> Int { (count + laneCount - 1) / laneCount * laneCount }

  /// Fills a matrix with `value(row, column)`, in order, and returns its orthogonal factor, with rows
  /// `stride` floats apart; the memory is reused by the next call. Zeros stay zeros.
  func orthogonalise(
    rows: Int, columns: Int, _ value: (Int, Int) -> Float
  ) -> (values: UnsafePointer<Float>, stride: Int) {
    precondition(rows <= columns)
    let stride = Self.padded(columns)
    let height = Self.padded(rows)
    x.update(repeating: 0, count: height * stride)
    var square = 0.0
    for i in 0..<rows {
      for j in 0..<columns {
        let v = value(i, j)
        x[i * stride + j] = v
        square += Double(v * v)
      }
    }
    guard square > 0 else { return (UnsafePointer(x), stride) }
    let scale = Float(1 / square.squareRoot())
    for i in 0..<rows * stride { x[i] *= scale }
    for _ in 0..<Self.steps { step(height: height, stride: stride) }
    return (UnsafePointer(x), stride)
  }

  private func step(height: Int, stride: Int) {
    let (a, b, c) = Self.coefficients
    let from = Tile(base: x, stride: stride)
    let to = Tile(base: y, stride: stride)
    gram.update(repeating: 0, count: height * height)
    addWeightGradient(from, rows: height, from, outputs: height, into: gram)
    // `gram` and `polynomial` are symmetric, so it does not matter that the products transpose.
    product(
      gram, Tile(base: gram, stride: height), rows: height,
      into: Tile(base: polynomial, stride: height), outputs: height)
    for i in 0..<height * height { polynomial[i] = c * polynomial[i] + b * gram[i] }
    for i in 0..<height * stride { y[i] = a * x[i] }
    product(polynomial, from, rows: height, into: to, outputs: height, adding: true)
    swap(&x, &y)
  }
}
