import Transformer

/// How a transformer's weights are spread, and how large each component's are.
package struct WeightSummary: Sendable, Equatable {
  /// The number of weights in each of several equal bins from `lowest` to `highest`; those beyond are in the
  /// end bins.
  package var lowest: Double
  package var highest: Double
  package var counts: [Int]
  /// The root mean square of each component's weights.
  package var norms: [Component: Double]
  package var standardDeviation: Double
  /// The share of weights that are exactly 0.
  package var zeros: Double

  package init(
    lowest: Double, highest: Double, counts: [Int], norms: [Component: Double], standardDeviation: Double,
    zeros: Double
  ) {
    self.lowest = lowest
    self.highest = highest
    self.counts = counts
    self.norms = norms
    self.standardDeviation = standardDeviation
    self.zeros = zeros
  }

  package init(_ parameters: Parameters, range: ClosedRange<Double> = -1...1, bins: Int = 41) {
    lowest = range.lowerBound
    highest = range.upperBound
    let width = (highest - lowest) / Double(bins)
    var counts = [Int](repeating: 0, count: bins)
    var (sum, squares, zeros) = (0.0, 0.0, 0)
    for value in parameters.values {
      let value = Double(value)
      let bin = ((value - lowest) / width).rounded(.down)
      counts[Int(min(max(bin, 0), Double(bins - 1)))] += 1
      sum += value
      squares += value * value
      if value == 0 { zeros += 1 }
    }
    self.counts = counts
    let count = Double(max(parameters.values.count, 1))
    standardDeviation = max(0, squares / count - (sum / count) * (sum / count)).squareRoot()
    self.zeros = Double(zeros) / count
    norms = Self.norms(parameters)
  }

  private static func norms(_ parameters: Parameters) -> [Component: Double] {
    let c = parameters.config
    var norms: [Component: Double] = [:]
    func rootMeanSquare(_ parts: [ArraySlice<Float>]) -> Double {
      let count = parts.reduce(0) { $0 + $1.count }
      let squares = parts.joined().reduce(0.0) { $0 + Double($1) * Double($1) }
      return (squares / Double(max(count, 1))).squareRoot()
    }
    for (layer, block) in parameters.layout.blocks.enumerated() {
      for head in 0..<c.heads {
        let size = c.dModel * c.dHead
        norms[.head(layer: layer, head: head)] = rootMeanSquare(
          [block.wQ, block.wK, block.wV, block.wO].map { tensor in
            let values = parameters[tensor]
            let first = values.startIndex + head * size
            return values[first..<first + size]
          })
      }
      norms[.mlp(layer: layer)] = rootMeanSquare(
        [block.wIn, block.wOut].map { parameters[$0] })
    }
    return norms
  }
}
