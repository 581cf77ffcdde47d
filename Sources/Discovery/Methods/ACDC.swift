import Foundation

/// Automatic circuit discovery (Conmy et al. 2023, arXiv 2304.14997, algorithm 1).
///
/// From the output backwards, each edge is cut permanently if that moves the outputs, measured from the clean
/// ones, by less than a threshold. An edge's score is the smallest threshold at which it is cut.
///
/// Runs at different thresholds share their beginning: they proceed together until an edge's effect lies
/// between two thresholds, and only then split. This changes no score.
package struct ACDC: DiscoveryMethod {
  package let name = "acdc"
  /// Thresholds as fractions of the distance between the corrupted inputs' outputs and the clean ones';
  /// ascending.
  package let thresholds: [Double]

  package init(thresholds: [Double] = ACDC.geometric(from: 1e-6, to: 10, perDecade: 6)) {
    precondition(!thresholds.isEmpty && thresholds == thresholds.sorted())
    self.thresholds = thresholds
  }

  /// Evenly spaced on a logarithmic scale, both ends included.
  package static func geometric(from low: Double, to high: Double, perDecade: Int) -> [Double] {
    let (first, last) = (log10(low), log10(high))
    let steps = Int(((last - first) * Double(perDecade)).rounded())
    return (0...steps).map { pow(10, first + (last - first) * Double($0) / Double(max(steps, 1))) }
  }

  package func scores(_ task: DiscoveryTask, progress: (Double) -> Void) -> DiscoveryScores {
    let inputs = task.prepare()
    let unit = inputs.corruptedDivergence > 0 ? inputs.corruptedDivergence : 1
    return scores(inputs, thresholds: thresholds.map { $0 * unit }, progress: progress)
  }

  /// Runs that have cut the same edges so far, for some consecutive thresholds.
  private struct Branch {
    var thresholds: Range<Int>
    var next: Int
    var cut: Set<Int>
  }

  func scores(_ inputs: PreparedInputs, thresholds: [Double], progress: (Double) -> Void) -> DiscoveryScores {
    let graph = inputs.model.graph
    let order = Self.order(graph)
    // An edge that no threshold cuts scores above all others.
    var scores = [Double](repeating: 10 * (thresholds.last ?? 1), count: order.count)
    let run = PatchedRun(inputs)
    var branches = [Branch(thresholds: thresholds.indices, next: 0, cut: [])]
    var done = 0.0
    while var branch = branches.popLast() {
      if branch.next > 0 { run.start(cut: branch.cut) }
      while branch.next < order.count {
        let edge = order[branch.next]
        let effect = run.divergence(cutting: edge) - run.divergence
        branch.next += 1
        let firstToCut = branch.thresholds.first { thresholds[$0] > effect } ?? branch.thresholds.upperBound
        if firstToCut == branch.thresholds.upperBound { continue }
        if firstToCut > branch.thresholds.lowerBound {
          var keeping = branch
          keeping.thresholds = branch.thresholds.lowerBound..<firstToCut
          branches.append(keeping)
          branch.thresholds = firstToCut..<branch.thresholds.upperBound
        }
        run.commit()
        branch.cut.insert(edge)
      }
      for edge in branch.cut {
        scores[edge] = min(scores[edge], thresholds[branch.thresholds.lowerBound])
      }
      done += Double(branch.thresholds.count)
      progress(done / Double(thresholds.count))
    }
    return DiscoveryScores(edges: scores, graph: graph)
  }

  /// Targets from the output backwards, and for each one the latest source first.
  static func order(_ graph: EdgeGraph) -> [Int] {
    graph.targets.indices.reversed().flatMap { graph.edges(into: $0).reversed() }
  }
}
