/// Holm's correction (1979) of several p-values: their family-wise adjusted values, in the same order.
package func holmAdjusted(_ pValues: [Double]) -> [Double] {
  var adjusted = pValues
  var greatest = 0.0
  for (place, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
    greatest = max(greatest, Double(pValues.count - place) * pValues[index])
    adjusted[index] = min(1, greatest)
  }
  return adjusted
}
