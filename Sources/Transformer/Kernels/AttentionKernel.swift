/// One head's attention over the sequences of one block, forward and backward.
///
/// Shapes: q, k, v, z are [dHead, positions] of vectors; the pattern is [query, key] of vectors. With
/// s[p, r] = Σ_d q[d, p] k[d, r] / √dHead over the keys r that p sees, pattern = softmax of s over r and
/// z[d, p] = Σ_r pattern[p, r] v[d, r].
package struct AttentionKernel {
  let dHead: Int
  let causal: Bool
  let scale: Float

  package init(_ config: TransformerConfig) {
    dHead = config.dHead
    causal = config.causal
    scale = 1 / Float(config.dHead).squareRoot()
  }

  @inline(__always)
  private func keys(of query: Int, _ positions: Int) -> Int { causal ? query + 1 : positions }

  /// Fills `pattern` and z from q, k and v.
  package func forward(
    positions n: Int, q: Tile, k: Tile, v: Tile, z: Tile, pattern: UnsafeMutablePointer<Vector>
  ) {
    let q = q.vectors()
    let k = k.vectors()
    let v = v.vectors()
    let z = z.vectors()
    for p in 0..<n {
      let row = pattern + p * n
      let seen = keys(of: p, n)
      var greatest = Vector(-Float.infinity)
      for r in 0..<seen {
        var score = Vector(0)
        for d in 0..<dHead { score = fma(q[d * n + p], k[d * n + r], score) }
        score *= Vector(scale)
        row[r] = score
        greatest = maximum(greatest, score)
      }
      var sum = Vector(0)
      for r in 0..<seen {
        let e = exponential(row[r] - greatest)
        row[r] = e
        sum += e
      }
      let inverse = Vector(1) / sum
      for r in 0..<seen { row[r] *= inverse }
      for d in 0..<dHead {
        var mixed = Vector(0)
        for r in 0..<seen { mixed = fma(row[r], v[d * n + r], mixed) }
        z[d * n + p] = mixed
      }
    }
  }

  /// Fills dq, dk and dv from dz; `scratch` holds [positions] vectors.
  ///
  /// - Parameter ds: [query, key], a gradient of the scores in addition to that from dz
  package func backward(
    positions n: Int, q: Tile, k: Tile, v: Tile, pattern: UnsafePointer<Vector>, dz: Tile, dq: Tile,
    dk: Tile, dv: Tile, scratch: UnsafeMutablePointer<Vector>, ds: UnsafePointer<Vector>? = nil
  ) {
    dk.clear(channels: dHead)
    dv.clear(channels: dHead)
    let q = q.vectors()
    let k = k.vectors()
    let v = v.vectors()
    let dz = dz.vectors()
    let dq = dq.vectors()
    let dk = dk.vectors()
    let dv = dv.vectors()
    for p in 0..<n {
      let row = pattern + p * n
      let seen = keys(of: p, n)
      var inner = Vector(0)
      for r in 0..<seen {
        var slope = Vector(0)
        for d in 0..<dHead { slope = fma(dz[d * n + p], v[d * n + r], slope) }
        scratch[r] = slope
        inner = fma(slope, row[r], inner)
      }
      for r in 0..<seen { scratch[r] = row[r] * (scratch[r] - inner) * Vector(scale) }
      if let ds {
        for r in 0..<seen { scratch[r] = fma(ds[p * n + r], Vector(scale), scratch[r]) }
      }
      for d in 0..<dHead {
        let query = q[d * n + p]
        let incoming = dz[d * n + p]
        var slope = Vector(0)
        for r in 0..<seen {
          slope = fma(scratch[r], k[d * n + r], slope)
          dk[d * n + r] = fma(scratch[r], query, dk[d * n + r])
          dv[d * n + r] = fma(row[r], incoming, dv[d * n + r])
        }
        dq[d * n + p] = slope
      }
    }
  }
}
