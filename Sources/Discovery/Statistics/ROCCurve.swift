/// The receiver operating characteristic of scores against known labels, over all thresholds.
package struct ROCCurve: Sendable, Hashable {
  /// The rates at one threshold: the share of the positives, and of the negatives, at or above it.
  package struct Point: Sendable, Hashable {
    package let falsePositiveRate: Double
    package let truePositiveRate: Double
  }

  /// From (0, 0) to (1, 1); equal scores make one point.
  package let points: [Point]
  /// The area under the points joined by straight lines, which is the probability that a positive's score is
  /// above a negative's, with ties counting half.
  package let area: Double

  /// Nil if there are no positives or no negatives, since then no rate is defined.
  package init?(scores: [Double], labels: [Bool]) {
    precondition(scores.count == labels.count)
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var points = [Point(falsePositiveRate: 0, truePositiveRate: 0)]
    var area = 0.0
    var (truePositives, falsePositives) = (0, 0)
    var next = 0
    while next < order.count {
      let score = scores[order[next]]
      while next < order.count, scores[order[next]] == score {
        if labels[order[next]] { truePositives += 1 } else { falsePositives += 1 }
        next += 1
      }
      let point = Point(
        falsePositiveRate: Double(falsePositives) / Double(negatives),
        truePositiveRate: Double(truePositives) / Double(positives))
      let last = points[points.count - 1]
      area +=
        (point.falsePositiveRate - last.falsePositiveRate)
        * (point.truePositiveRate + last.truePositiveRate) / 2
      points.append(point)
    }
    self.points = points
    self.area = area
  }
}
