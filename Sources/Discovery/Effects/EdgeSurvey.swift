import Transformer

/// Cuts edges of a transformer one at a time and counts the changes.
///
/// A cut edge carries what its source writes on the corrupted input; everything else stays as it is.
final class EdgeSurvey {
  /// The number of pairs kept in memory at once.
  private static let chunk = 64

  private let model: EdgeModel
  private let tolerance: Double

  /// - Parameter tolerance: how far a number must move to count as changed
  init(_ parameters: Parameters, tolerance: Double) {
    model = EdgeModel(parameters)
    self.tolerance = tolerance
  }

  /// The result of cutting one edge.
  struct Tally {
    /// The number of counted positions at which the output changed.
    var changed = 0
    /// The sum of the divergences at all counted positions.
    var divergence = 0.0
    /// Pairs in which an output changed, by index.
    var witnesses: [Int] = []

    /// Adds the counts from other pairs; the witnesses remain those of the first pairs.
    mutating func add(_ other: Tally) {
      changed += other.changed
      divergence += other.divergence
    }
  }

  var graph: EdgeGraph { model.graph }

  /// The tallies of some edges, in the given order.
  func tally(_ edges: some Collection<Int>, _ pairs: InputPairs) -> [Tally] {
    var tallies = [Tally](repeating: Tally(), count: edges.count)
    // Sorted by length, so that pairs of one length fill whole blocks.
    let order = pairs.clean.indices.sorted { (pairs.clean[$0].count, $0) < (pairs.clean[$1].count, $1) }
    for first in stride(from: 0, to: order.count, by: Self.chunk) {
      let members = Array(order[first..<min(first + Self.chunk, order.count)])
      let chosen = pairs.chosen(members)
      let counted = Double(chosen.countedPositions)
      if counted == 0 { continue }
      let inputs = PreparedInputs(chosen, model: model, ablation: .resample)
      let run = PatchedRun(inputs)
      let changes = Dictionary(
        uniqueKeysWithValues: inputs.blocks.map { block in
          (
            ObjectIdentifier(block),
            OutputChange(
              block, kind: pairs.outputKind, outputs: model.config.outputs, tolerance: tolerance)
          )
        })
      for (place, edge) in edges.enumerated() {
        run.outputs(cutting: edge) { block, logits in
          tallies[place].divergence +=
            counted
            * inputs.divergence.value(
              logits, given: block.cleanOutputs, probabilities: block.cleanProbabilities,
              weights: block.weights)
          var seen: Set<Int> = []
          changes[ObjectIdentifier(block)]?.forEach(logits) { lane in
            tallies[place].changed += 1
            if seen.insert(lane).inserted { tallies[place].witnesses.append(members[block.indices[lane]]) }
          }
        }
      }
    }
    return tallies
  }
}
