/// Runs a transformer on any number of sequences of any length and returns their logits.
///
/// Not thread-safe: use one per thread.
package final class Inference {
  private let weights: WeightBuffer
  private let run: PlainRun
  private let columnCapacity: Int

  /// - Parameter columns: how many (sequence, position) pairs to run at a time; more of them use more memory.
  package init(_ parameters: Parameters, columns: Int = 2048) {
    let config = parameters.config
    weights = WeightBuffer(parameters)
    columnCapacity = max(columns, config.context * laneCount)
    run = PlainRun(
      config: config,
      capacity: BatchCapacity(
        columns: columnCapacity, patterns: columnCapacity / laneCount * config.context),
      keepsLayers: false)
  }

  /// The logits of each sequence (ids, BOS included): [sequence][position · outputs + output].
  package func logits(_ sequences: [[Int32]]) -> [[Float]] {
    var results = [[Float]](repeating: [], count: sequences.count)
    forEachLogit(sequences) { index, logits in results[index] = logits }
    return results
  }

  /// Calls `body(index of the sequence, its logits)` for each sequence, in no particular order.
  package func forEachLogit(_ sequences: [[Int32]], _ body: (Int, [Float]) -> Void) {
    let byLength = Dictionary(grouping: sequences.indices) { sequences[$0].count }
    var pending: [[Int]] = []
    var layout = BlockLayout()
    func flush() {
      guard !pending.isEmpty else { return }
      runBatch(layout, pending, sequences, body)
      pending = []
      layout = BlockLayout()
    }
    for length in byLength.keys.sorted() {
      let members = byLength[length] ?? []
      for first in stride(from: 0, to: members.count, by: laneCount) {
        if layout.columns + length * laneCount > columnCapacity { flush() }
        layout.append(positions: length)
        pending.append(Array(members[first..<min(first + laneCount, members.count)]))
      }
    }
    flush()
  }

  private func runBatch(
    _ layout: BlockLayout, _ members: [[Int]], _ sequences: [[Int32]], _ body: (Int, [Float]) -> Void
  ) {
    run.begin(layout)
    for (block, lanes) in members.enumerated() {
      for lane in 0..<laneCount {
        // Lanes without a sequence of their own run a copy of the block's last one.
        sequences[lanes[min(lane, lanes.count - 1)]].withUnsafeBufferPointer {
          run.setTokens($0, block: block, lane: lane)
        }
      }
    }
    run.forward(weights)
    let outputs = run.config.outputs
    for (place, lanes) in members.enumerated() {
      let block = layout.blocks[place]
      let logits = run.activations.logits[block]
      for (lane, index) in lanes.enumerated() {
        var result = [Float](repeating: 0, count: block.positions * outputs)
        for position in 0..<block.positions {
          for output in 0..<outputs {
            result[position * outputs + output] = logits.row(output)[position * laneCount + lane]
          }
        }
        body(index, result)
      }
    }
  }
}
