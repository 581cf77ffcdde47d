/// Ranks from 1, where equal values share their mean rank, and how many values share each rank.
package struct Ranks {
  let ranks: [Double]
  let tieSizes: [Int]

  init(_ values: [Double]) {
    var ranks = [Double](repeating: 0, count: values.count)
    var tieSizes: [Int] = []
    let order = values.indices.sorted { values[$0] < values[$1] }
    var first = 0
    while first < order.count {
      var end = first
      while end < order.count, values[order[end]] == values[order[first]] { end += 1 }
      for place in first..<end { ranks[order[place]] = Double(first + end + 1) / 2 }
      tieSizes.append(end - first)
      first = end
    }
    self.ranks = ranks
    self.tieSizes = tieSizes
  }

  /// Ranks from 1 for the greatest value.
  package static func descending(_ values: [Double]) -> [Double] { Ranks(values.map { -$0 }).ranks }

  /// Σ t³ - t over the groups of equal values.
  var tieTerm: Double {
    tieSizes.reduce(0) { $0 + Double($1) * Double($1) * Double($1) - Double($1) }
  }

  var hasTies: Bool { tieSizes.contains { $0 > 1 } }
}
