import CBLAS

/// Y[j, c] = β Y[j, c] + α Σᵢ W[i, j] · X[i, c] for some columns j of a larger W, whose rows lie `stride` floats
/// apart; β is 1 when adding, else 0.
package func partialProduct(
  _ w: UnsafePointer<Float>, stride: Int, _ x: Tile, rows: Int, into y: Tile, outputs: Int,
  scale: Float = 1, adding: Bool = false
) {
  cblas_sgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, Int32(outputs), Int32(x.stride), Int32(rows), scale, w,
    Int32(stride), x.base, Int32(x.stride), adding ? 1 : 0, y.base, Int32(y.stride))
}

/// dX[i, c] = Σⱼ W[i, j] · dY[j, c] for some columns j of a larger W, whose rows lie `stride` floats apart.
package func partialInputGradient(
  _ w: UnsafePointer<Float>, stride: Int, _ dy: Tile, outputs: Int, into dx: Tile, rows: Int
) {
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(dy.stride), Int32(outputs), 1, w,
    Int32(stride), dy.base, Int32(dy.stride), 0, dx.base, Int32(dx.stride))
}
