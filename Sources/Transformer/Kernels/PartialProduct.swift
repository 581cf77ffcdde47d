import CBLAS

/// Y[j, c] = β Y[j, c] + α Σᵢ W[i, j] · X[i, c] for some columns of a larger W, which lie `stride` floats apart
/// from row to row; β is 1 when adding, else 0.
package func partialProduct(
  _ w: UnsafePointer<Float>, stride: Int, _ x: Tile, rows: Int, into y: Tile, outputs: Int,
  scale: Float = 1, adding: Bool = false
) {
  cblas_sgemm(
    CblasRowMajor, CblasTrans, CblasNoTrans, Int32(outputs), Int32(x.stride), Int32(rows), scale, w,
    Int32(stride), x.base, Int32(x.stride), adding ? 1 : 0, y.base, Int32(y.stride))
}
