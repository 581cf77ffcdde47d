import Compiler
import Transformer

/// The outputs of a transformer with whole nodes ablated: every edge out of them at once.
final class NodeAblation {
  private let inputs: PreparedInputs
  private let truth: CircuitInputs
  private let tolerance: Float
  private let run: MaskedRun

  /// How ablated outputs differ from the originals.
  struct Effect {
    /// Among the positions at which the program's output differs from that at the corrupted input's position,
    /// the share at which the ablated output is not the clean one's; nil if there are no such positions.
    var changedWherePairDiffers: Double?
    /// Among the positions at which the transformer was right, the share at which the ablated output is
    /// wrong; nil if there are none.
    var changedWhereRight: Double?
    /// Among all counted positions, the share at which the ablated output is right.
    var accuracy: Double
    /// The divergence from the clean outputs, relative to that of the corrupted inputs' outputs.
    var divergence: Double
  }

  /// - Parameter tolerance: how close a numerical output must be to count as right
  init(
    _ parameters: Parameters, _ truth: CircuitInputs, ablation: Ablation, tolerance: Double
  ) {
    self.truth = truth
    self.tolerance = Float(tolerance)
    let model = EdgeModel(parameters)
    inputs = PreparedInputs(truth.pairs, model: model, ablation: ablation, keepsMLPBias: true)
    run = MaskedRun(model)
  }

  func effect(of nodes: [SourceNode]) -> Effect {
    let graph = inputs.model.graph
    let mask = EdgeMask(graph, 1)
    for (index, edge) in graph.edges.enumerated() where nodes.contains(edge.from) { mask[index] = 0 }
    var counts = (all: 0, right: 0, wasRight: 0, nowWrong: 0, differs: 0, changed: 0)
    var divergence = 0.0
    for block in inputs.blocks {
      run.forward(block, mask)
      divergence += inputs.divergence.value(
        run.logits(block), given: block.cleanOutputs, probabilities: block.cleanProbabilities,
        weights: block.weights)
      for (lane, input) in block.indices.enumerated() {
        for position in 0..<block.positions where truth.pairs.counted[input][position] {
          let wanted = truth.outputs[input][position]
          let column = position * laneCount + lane
          let isRight = isRight(run.logits(block), column, wanted)
          counts.all += 1
          if isRight { counts.right += 1 }
          if self.isRight(block.cleanOutputs, column, wanted) {
            counts.wasRight += 1
            if !isRight { counts.nowWrong += 1 }
          }
          if truth.corruptedOutputs[input][position] != wanted {
            counts.differs += 1
            if !isRight { counts.changed += 1 }
          }
        }
      }
    }
    func share(_ part: Int, _ all: Int) -> Double? { all == 0 ? nil : Double(part) / Double(all) }
    let scale = inputs.corruptedDivergence
    return Effect(
      changedWherePairDiffers: share(counts.changed, counts.differs),
      changedWhereRight: share(counts.nowWrong, counts.wasRight),
      accuracy: share(counts.right, counts.all) ?? 1, divergence: scale > 0 ? divergence / scale : 0)
  }

  private func isRight(_ logits: Tile, _ column: Int, _ wanted: CircuitInputs.Output) -> Bool {
    switch wanted {
    case .none: return true
    case .number(let number): return abs(logits.row(0)[column] - number) < tolerance
    case .id(let id):
      let best = (0..<inputs.model.config.outputs).max {
        logits.row($0)[column] < logits.row($1)[column]
      }
      return best == Int(id)
    }
  }
}
