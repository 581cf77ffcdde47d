import CBLAS

// Weighted sums of tiles of the same shape: Y[t] = Σₛ M[t, s] · X[s]. The tiles of X lie one after another,
// and so do those of Y, each with `channels` channels; M is row-major.

/// Y[t] = Σₛ M[t, s] · X[s].
package func mix(
  _ m: UnsafePointer<Float>, mixtures: Int, sources: Int, _ x: Tile, into y: Tile, channels: Int
) {
  let size = Int32(channels * x.stride)
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(mixtures), size, Int32(sources), 1, m,
    Int32(sources), x.base, size, 0, y.base, size)
}

/// dX[s] = Σₜ M[t, s] · dY[t], optionally added to dX.
package func mixInputGradient(
  _ m: UnsafePointer<Float>, mixtures: Int, sources: Int, _ dy: Tile, into dx: Tile, channels: Int,
  adding: Bool
) {
  let size = Int32(channels * dy.stride)
  cblas_sgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, Int32(sources), size, Int32(mixtures), 1, m,
    Int32(sources), dy.base, size, adding ? 1 : 0, dx.base, size)
}

/// dM[t, s] += ⟨dY[t], X[s]⟩.
package func addMixGradient(
  _ x: Tile, sources: Int, _ dy: Tile, mixtures: Int, channels: Int, into dm: UnsafeMutablePointer<Float>
) {
  let size = Int32(channels * x.stride)
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(mixtures), Int32(sources), size, 1, dy.base, size,
    x.base, size, 1, dm, Int32(sources))
}
