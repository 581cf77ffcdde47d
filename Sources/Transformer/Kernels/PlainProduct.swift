import CBLAS

// The products of MatrixProduct.swift, computed by OpenBLAS: the reference for the tests, and what `raspc
// bench` compares with.

/// Y[j, c] = Σᵢ W[i, j] · X[i, c], optionally added to Y.
package func plainProduct(
  _ w: UnsafePointer<Float>, _ x: Tile, rows: Int, into y: Tile, outputs: Int, adding: Bool = false
) {
  cblas_sgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, Int32(outputs), Int32(x.stride), Int32(rows), 1, w,
    Int32(outputs), x.base, Int32(x.stride), adding ? 1 : 0, y.base, Int32(y.stride))
}

/// dX[i, c] = Σⱼ W[i, j] · dY[j, c], optionally added to dX.
package func plainInputGradient(
  _ w: UnsafePointer<Float>, _ dy: Tile, outputs: Int, into dx: Tile, rows: Int, adding: Bool = false
) {
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(dy.stride), Int32(outputs), 1, w,
    Int32(outputs), dy.base, Int32(dy.stride), adding ? 1 : 0, dx.base, Int32(dx.stride))
}

/// dW[i, j] += Σ_c X[i, c] · dY[j, c].
package func plainAddWeightGradient(
  _ x: Tile, rows: Int, _ dy: Tile, outputs: Int, into dw: UnsafeMutablePointer<Float>
) {
  cblas_sgemm(
    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows), Int32(outputs), Int32(x.stride), 1, x.base,
    Int32(x.stride), dy.base, Int32(dy.stride), 1, dw, Int32(outputs))
}
