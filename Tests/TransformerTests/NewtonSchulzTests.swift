import Testing

@testable import Transformer

/// The iteration in double precision and without padding.
func plainOrthogonalised(_ x: [[Double]]) -> [[Double]] {
  func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    a.map { row in b[0].indices.map { j in zip(row, b).reduce(0) { $0 + $1.0 * $1.1[j] } } }
  }
  func transposed(_ a: [[Double]]) -> [[Double]] { a[0].indices.map { j in a.map { $0[j] } } }
  let norm = x.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
  var x = x.map { $0.map { $0 / norm } }
  for _ in 0..<5 {
    let gram = product(x, transposed(x))
    let square = product(gram, gram)
    let polynomial = gram.indices.map { i in
      gram.indices.map { j in 2.0315 * square[i][j] - 4.7750 * gram[i][j] }
    }
    let change = product(polynomial, x)
    x = x.indices.map { i in x[0].indices.map { j in 3.4445 * x[i][j] + change[i][j] } }
  }
  return x
}

@Suite struct NewtonSchulzTests {
  func matrix(_ rows: Int, _ columns: Int, seed: UInt64 = 1) -> [[Double]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<rows).map { _ in
      (0..<columns).map { _ in Double(Float(generator.uniform() * 2 - 1)) }
    }
  }

  func orthogonalised(_ x: [[Double]], _ iteration: NewtonSchulz) -> [[Double]] {
    let result = iteration.orthogonalise(rows: x.count, columns: x[0].count) { Float(x[$0][$1]) }
    return x.indices.map { i in
      x[0].indices.map { j in Double(result.values[i * result.stride + j]) }
    }
  }

  @Test(
    "It computes what the plain iteration computes, whatever the memory held before",
    arguments: [(1, 1), (1, 20), (5, 7), (12, 36), (16, 16), (17, 64), (56, 224)])
  func agrees(rows: Int, columns: Int) {
    let iteration = NewtonSchulz(rows: 60, columns: 230)
    _ = orthogonalised(matrix(60, 230, seed: 9), iteration)
    let x = matrix(rows, columns)
    for (a, b) in zip(orthogonalised(x, iteration).joined(), plainOrthogonalised(x).joined()) {
      #expect(abs(a - b) < 1e-3)
    }
  }

  @Test("Singular values of different sizes come close to one, and directions stay")
  func flattens() {
    // Singular values 1, 0.1 and 0.02 along the axes.
    let x = [[1.0, 0, 0, 0], [0, 0.1, 0, 0], [0, 0, 0, 0.02]]
    let y = orthogonalised(x, NewtonSchulz(rows: 3, columns: 4))
    for (i, j) in [(0, 0), (1, 1), (2, 3)] {
      #expect((0.65...1.25).contains(y[i][j]))
      #expect(y[i].indices.allSatisfy { $0 == j || y[i][$0] == 0 })
    }
  }

  @Test func zerosStayZeros() {
    let zeros = [[Double]](repeating: [0, 0, 0], count: 2)
    #expect(orthogonalised(zeros, NewtonSchulz(rows: 2, columns: 3)) == zeros)
  }
}
