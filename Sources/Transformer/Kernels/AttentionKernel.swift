/// One head's attention over the sequences of one block, forward and backward.
///
/// Shapes: q, k, v, z are [dHead, positions] of vectors; the pattern is [query, key] of vectors. With
/// s[p, r] = Σ_d q[d, p] k[d, r] / √dHead over the keys r that p sees, pattern = softmax of s over r and
/// z[d, p] = Σ_r pattern[p, r] v[d, r].
struct AttentionKernel {
  let dHead: Int
  let causal: Bool
  let scale: Float

  init(_ config: TransformerConfig) {
    dHead = config.dHead
    causal = config.causal
    scale = 1 / Float(config.dHead).squareRoot()
  }

  @inline(__always)
  private func keys(of query: Int, _ positions: Int) -> Int { causal ? query + 1 : positions }

  /// Fills `pattern` and z from q, k and v, all at the block's columns.
  func forward(
    _ block: Block, q: ChannelMatrix, k: ChannelMatrix, v: ChannelMatrix, z: ChannelMatrix,
    pattern: UnsafeMutablePointer<Vector>
  ) {
    let n = block.positions
    let lanes = q.stride / laneCount
    let q = q.vectors(0, block.column)
    let k = k.vectors(0, block.column)
    let v = v.vectors(0, block.column)
    let z = z.vectors(0, block.column)
    for p in 0..<n {
      let row = pattern + p * n
      let seen = keys(of: p, n)
      var greatest = Vector(-Float.infinity)
      for r in 0..<seen {
        var score = Vector(0)
        for d in 0..<dHead { score = fma(q[d * lanes + p], k[d * lanes + r], score) }
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
        for r in 0..<seen { mixed = fma(row[r], v[d * lanes + r], mixed) }
        z[d * lanes + p] = mixed
      }
    }
  }

  /// Fills dq, dk and dv from dz; `scratch` holds [positions] vectors.
  func backward(
    _ block: Block, q: ChannelMatrix, k: ChannelMatrix, v: ChannelMatrix,
    pattern: UnsafePointer<Vector>, dz: ChannelMatrix, dq: ChannelMatrix, dk: ChannelMatrix,
    dv: ChannelMatrix, scratch: UnsafeMutablePointer<Vector>
  ) {
    let n = block.positions
    let lanes = q.stride / laneCount
    let gradientLanes = dq.stride / laneCount
    let dzLanes = dz.stride / laneCount
    let q = q.vectors(0, block.column)
    let k = k.vectors(0, block.column)
    let v = v.vectors(0, block.column)
    let dz = dz.vectors(0, block.column)
    let dq = dq.vectors(0, block.column)
    let dk = dk.vectors(0, block.column)
    let dv = dv.vectors(0, block.column)
    for d in 0..<dHead {
      for r in 0..<n {
        dk[d * gradientLanes + r] = Vector(0)
        dv[d * gradientLanes + r] = Vector(0)
      }
    }
    for p in 0..<n {
      let row = pattern + p * n
      let seen = keys(of: p, n)
      var inner = Vector(0)
      for r in 0..<seen {
        var slope = Vector(0)
        for d in 0..<dHead { slope = fma(dz[d * dzLanes + p], v[d * lanes + r], slope) }
        scratch[r] = slope
        inner = fma(slope, row[r], inner)
      }
      for r in 0..<seen { scratch[r] = row[r] * (scratch[r] - inner) * Vector(scale) }
      for d in 0..<dHead {
        let query = q[d * lanes + p]
        let incoming = dz[d * dzLanes + p]
        var slope = Vector(0)
        for r in 0..<seen {
          slope = fma(scratch[r], k[d * lanes + r], slope)
          dk[d * gradientLanes + r] = fma(scratch[r], query, dk[d * gradientLanes + r])
          dv[d * gradientLanes + r] = fma(row[r], incoming, dv[d * gradientLanes + r])
        }
        dq[d * gradientLanes + p] = slope
      }
    }
  }
}
