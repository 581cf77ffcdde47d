import CVector

// The three products of a layer Y = Wᵀ X on tiles. W lies row-major as [rows of X, rows of Y].
//
// The matrices are small and stay in the cache, so nothing is packed: each product is cut into pieces whose
// sums fit into registers, and a piece is computed from start to end. At most five sums per column and about
// sixteen in total fit, which hides the latency of a multiply-add on any CPU. The types that hold the sums
// are in this file because a build without whole-module optimisation specialises them only there. If a vector
// is not one register, OpenBLAS takes over.

/// Whether the target CPU holds a ``Vector`` in a register.
var vectorsAreRegisters: Bool { floatsInRegister() == laneCount }

/// Y[j, c] = Σᵢ W[i, j] · X[i, c], optionally added to Y.
package func product(
  _ w: UnsafePointer<Float>, _ x: Tile, rows: Int, into y: Tile, outputs: Int, adding: Bool = false
) {
  guard vectorsAreRegisters else {
    return plainProduct(w, x, rows: rows, into: y, outputs: outputs, adding: adding)
  }
  WeighedSums(
    w: w, sumStride: 1, termStride: outputs, sums: outputs, terms: rows, positions: x.stride / laneCount,
    adding: adding
  ).fill(y.vectors(), from: x.vectors())
}

/// dX[i, c] = Σⱼ W[i, j] · dY[j, c], optionally added to dX.
package func inputGradient(
  _ w: UnsafePointer<Float>, _ dy: Tile, outputs: Int, into dx: Tile, rows: Int, adding: Bool = false
) {
  guard vectorsAreRegisters else {
    return plainInputGradient(w, dy, outputs: outputs, into: dx, rows: rows, adding: adding)
  }
  WeighedSums(
    w: w, sumStride: outputs, termStride: 1, sums: rows, terms: outputs, positions: dy.stride / laneCount,
    adding: adding
  ).fill(dx.vectors(), from: dy.vectors())
}

/// dW[i, j] += Σ_c X[i, c] · dY[j, c].
package func addWeightGradient(
  _ x: Tile, rows: Int, _ dy: Tile, outputs: Int, into dw: UnsafeMutablePointer<Float>
) {
  guard vectorsAreRegisters else {
    return plainAddWeightGradient(x, rows: rows, dy, outputs: outputs, into: dw)
  }
  InnerProducts(
    x: x.vectors(), dy: dy.vectors(), rows: rows, outputs: outputs, positions: x.stride / laneCount, dw: dw
  ).add()
}

/// Weighted sums over channels: out[s, p] = Σₜ w[s · sumStride + t · termStride] · in[t, p].
private struct WeighedSums {
  let w: UnsafePointer<Float>
  let sumStride: Int
  let termStride: Int
  let sums: Int
  let terms: Int
  let positions: Int
  let adding: Bool

  /// All sums, in strips of at most five positions of roughly equal width.
  func fill(_ out: UnsafeMutablePointer<Vector>, from input: UnsafePointer<Vector>) {
    let strips = (positions + 4) / 5
    for strip in 0..<strips {
      let first = strip * positions / strips
      let input = input + first
      let out = out + first
      switch (strip + 1) * positions / strips - first {
      case 5: fill(Strip5.self, most: 3, out, from: input)
      case 4: fill(Strip4.self, most: 4, out, from: input)
      case 3: fill(Strip3.self, most: 5, out, from: input)
      case 2: fill(Strip2.self, most: 5, out, from: input)
      default: fill(Vector.self, most: 5, out, from: input)
      }
    }
  }

  /// One strip, in pieces of at most `most` sums of roughly equal height.
  @inline(__always)
  private func fill<S: Strip>(
    _: S.Type, most: Int, _ out: UnsafeMutablePointer<Vector>, from input: UnsafePointer<Vector>
  ) {
    let pieces = (sums + most - 1) / most
    for piece in 0..<pieces {
      let first = piece * sums / pieces
      switch (piece + 1) * sums / pieces - first {
      case 5 where most >= 5: fill(Stack5<S>.self, first, out, from: input)
      case 4 where most >= 4: fill(Stack4<S>.self, first, out, from: input)
      case 3: fill(Stack3<S>.self, first, out, from: input)
      case 2: fill(Stack2<S>.self, first, out, from: input)
      default: fill(Single<S>.self, first, out, from: input)
      }
    }
  }

  @inline(__always)
  private func fill<S: Stack>(
    _: S.Type, _ first: Int, _ out: UnsafeMutablePointer<Vector>, from input: UnsafePointer<Vector>
  ) {
    var sums = S()
    var w = w + first * sumStride
    var input = input
    for _ in 0..<terms {
      sums.add(weights: w, stride: sumStride, S.Row(input, stride: 1))
      w += termStride
      input += positions
    }
    sums.store(out + first * positions, stride: positions, adding: adding)
  }
}

/// Inner products of channels: dw[i, j] += Σₚ ⟨x[i, p], dy[j, p]⟩.
private struct InnerProducts {
  let x: UnsafePointer<Vector>
  let dy: UnsafePointer<Vector>
  let rows: Int
  let outputs: Int
  let positions: Int
  let dw: UnsafeMutablePointer<Float>

  /// All of them, in pieces of 4 · 4. The smaller matrix is traversed once for every four channels of the
  /// larger one, so that it stays in the first-level cache.
  func add() {
    let whole = outputs - outputs % 4
    if outputs > rows {
      for j in stride(from: 0, to: whole, by: 4) {
        for i in stride(from: 0, to: rows, by: 4) { addPiece(i, j) }
      }
    } else {
      for i in stride(from: 0, to: rows, by: 4) {
        for j in stride(from: 0, to: whole, by: 4) { addPiece(i, j) }
      }
    }
    for j in whole..<outputs {
      for i in 0..<rows { dw[i * outputs + j] += sums(Single<Vector>.self, i, j).row.sum }
    }
  }

  @inline(__always)
  private func addPiece(_ i: Int, _ j: Int) {
    switch rows - i {
    case 1:
      let piece = sums(Single<Strip4>.self, i, j)
      add(i, j, piece.row)
    case 2:
      let piece = sums(Stack2<Strip4>.self, i, j)
      add(i, j, piece.upper.row, piece.lower.row)
    case 3:
      let piece = sums(Stack3<Strip4>.self, i, j)
      add(i, j, piece.upper.upper.row, piece.upper.lower.row, piece.lower.row)
    default:
      let piece = sums(Stack4<Strip4>.self, i, j)
      add(i, j, piece.upper.upper.row, piece.upper.lower.row, piece.lower.upper.row, piece.lower.lower.row)
    }
  }

  @inline(__always)
  private func sums<S: Stack>(_: S.Type, _ i: Int, _ j: Int) -> S {
    var sums = S()
    let x = x + i * positions
    let dy = dy + j * positions
    for p in 0..<positions {
      sums.add(vectors: x + p, stride: positions, S.Row(dy + p, stride: positions))
    }
    return sums
  }

  /// Adds the lane sums of up to 4 · 4 vectors. All lanes are summed together: each step halves the number of
  /// vectors, and the last one holds one sum in each lane.
  @inline(__always)
  private func add(
    _ i: Int, _ j: Int, _ first: Strip4, _ second: Strip4? = nil, _ third: Strip4? = nil,
    _ fourth: Strip4? = nil
  ) {
    @inline(__always) func partial(_ row: Strip4?) -> Vector {
      guard let row else { return Vector() }
      return neighbourSums(
        neighbourSums(row.left.left, row.left.right), neighbourSums(row.right.left, row.right.right))
    }
    let sums = unsafeBitCast(
      quarterSums(
        quarterSums(partial(first), partial(second)), quarterSums(partial(third), partial(fourth))),
      to: (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>).self)
    let corner = dw + i * outputs + j
    add(sums.0, corner)
    if second != nil { add(sums.1, corner + outputs) }
    if third != nil { add(sums.2, corner + 2 * outputs) }
    if fourth != nil { add(sums.3, corner + 3 * outputs) }
  }

  @inline(__always)
  private func add(_ sums: SIMD4<Float>, _ place: UnsafeMutablePointer<Float>) {
    let place = UnsafeMutableRawPointer(place)
    place.storeBytes(of: place.loadUnaligned(as: SIMD4<Float>.self) + sums, as: SIMD4<Float>.self)
  }
}

/// A few vectors side by side, each in a register.
private protocol Strip {
  static var width: Int { get }
  /// Zeros.
  init()
  init(_ first: UnsafePointer<Vector>, stride: Int)
  /// self += weight · x
  mutating func add(_ weight: Vector, _ x: Self)
  func store(_ first: UnsafeMutablePointer<Vector>, adding: Bool)
}

extension SIMD16<Float>: Strip {
  @inline(__always) fileprivate static var width: Int { 1 }

  @inline(__always)
  fileprivate init(_ first: UnsafePointer<Vector>, stride: Int) { self = first.pointee }

  @inline(__always)
  fileprivate mutating func add(_ weight: Vector, _ x: Vector) { self = multiplyAdd(weight, x, self) }

  @inline(__always)
  fileprivate func store(_ first: UnsafeMutablePointer<Vector>, adding: Bool) {
    first.pointee = adding ? first.pointee + self : self
  }
}

/// Two strips as one. A struct rather than an array, since a struct's fields always become registers.
private struct Joined<Left: Strip, Right: Strip>: Strip {
  var left: Left
  var right: Right

  @inline(__always) static var width: Int { Left.width + Right.width }

  @inline(__always)
  init() {
    left = Left()
    right = Right()
  }

  @inline(__always)
  init(_ first: UnsafePointer<Vector>, stride: Int) {
    left = Left(first, stride: stride)
    right = Right(first + Left.width * stride, stride: stride)
  }

  @inline(__always)
  mutating func add(_ weight: Vector, _ x: Self) {
    left.add(weight, x.left)
    right.add(weight, x.right)
  }

  @inline(__always)
  func store(_ first: UnsafeMutablePointer<Vector>, adding: Bool) {
    left.store(first, adding: adding)
    right.store(first + Left.width, adding: adding)
  }
}

private typealias Strip2 = Joined<Vector, Vector>
private typealias Strip3 = Joined<Strip2, Vector>
private typealias Strip4 = Joined<Strip2, Strip2>
private typealias Strip5 = Joined<Strip4, Vector>

/// Strips of sums, one above the other, which accumulate the products of one strip with one weight each.
private protocol Stack {
  associatedtype Row: Strip
  static var height: Int { get }
  /// Zeros.
  init()
  /// Adds to each row x times the row's weight, a number.
  mutating func add(weights: UnsafePointer<Float>, stride: Int, _ x: Row)
  /// Adds to each row x times the row's weights, a vector.
  mutating func add(vectors: UnsafePointer<Vector>, stride: Int, _ x: Row)
  func store(_ first: UnsafeMutablePointer<Vector>, stride: Int, adding: Bool)
}

private struct Single<Row: Strip>: Stack {
  var row = Row()

  @inline(__always) static var height: Int { 1 }

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(weights: UnsafePointer<Float>, stride: Int, _ x: Row) {
    row.add(Vector(weights.pointee), x)
  }

  @inline(__always)
  mutating func add(vectors: UnsafePointer<Vector>, stride: Int, _ x: Row) {
    row.add(vectors.pointee, x)
  }

  @inline(__always)
  func store(_ first: UnsafeMutablePointer<Vector>, stride: Int, adding: Bool) {
    row.store(first, adding: adding)
  }
}

private struct Stacked<Upper: Stack, Lower: Stack>: Stack where Upper.Row == Lower.Row {
  typealias Row = Upper.Row

  var upper = Upper()
  var lower = Lower()

  @inline(__always) static var height: Int { Upper.height + Lower.height }

  @inline(__always)
  init() {}

  @inline(__always)
  mutating func add(weights: UnsafePointer<Float>, stride: Int, _ x: Row) {
    upper.add(weights: weights, stride: stride, x)
    lower.add(weights: weights + Upper.height * stride, stride: stride, x)
  }

  @inline(__always)
  mutating func add(vectors: UnsafePointer<Vector>, stride: Int, _ x: Row) {
    upper.add(vectors: vectors, stride: stride, x)
    lower.add(vectors: vectors + Upper.height * stride, stride: stride, x)
  }

  @inline(__always)
  func store(_ first: UnsafeMutablePointer<Vector>, stride: Int, adding: Bool) {
    upper.store(first, stride: stride, adding: adding)
    lower.store(first + Upper.height * stride, stride: stride, adding: adding)
  }
}

private typealias Stack2<S: Strip> = Stacked<Single<S>, Single<S>>
private typealias Stack3<S: Strip> = Stacked<Stack2<S>, Single<S>>
private typealias Stack4<S: Strip> = Stacked<Stack2<S>, Stack2<S>>
private typealias Stack5<S: Strip> = Stacked<Stack4<S>, Single<S>>

extension SIMD16<Float> {
  /// The sum of all lanes.
  @inline(__always)
  fileprivate var sum: Float {
    let pairs = neighbourSums(self, Vector())
    let quarters = neighbourSums(pairs, Vector())
    return (quarters[0] + quarters[4]) + (quarters[8] + quarters[12])
  }
}
