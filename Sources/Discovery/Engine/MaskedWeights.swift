import Transformer

/// The matrices of an ``EdgeModel``'s stages under a mask: each edge's block times how much of its source's
/// clean activation the edge carries, from 0 (ablated) to 1 (intact).
final class MaskedWeights {
  let model: EdgeModel
  /// [rows, outputs] of each stage
  let stages: [UnsafeMutablePointer<Float>]
  private(set) var mask: [Float]
  private let arena = Arena()

  /// All edges intact.
  init(_ model: EdgeModel) {
    self.model = model
    let arena = arena
    stages = model.stages.map { stage in
      let copy = arena.floats(stage.rows * stage.outputs)
      copy.update(from: stage.weights, count: stage.rows * stage.outputs)
      return copy
    }
    mask = [Float](repeating: 1, count: model.graph.edges.count)
  }

  /// Sets one edge; the numbers are those of the model's graph.
  func set(edge: Int, source: Int, target: Int, to value: Float) {
    guard mask[edge] != value else { return }
    mask[edge] = value
    let index = model.stageIndex(of: target)
    let stage = model.stages[index]
    let column = stage.column(of: target)
    for row in model.rows(source) {
      let first = row * stage.outputs + column
      for j in first..<first + stage.width { stages[index][j] = value * stage.weights[j] }
    }
  }

  /// Sets every edge.
  func set(_ values: [Float]) {
    precondition(values.count == mask.count)
    for target in model.graph.targets.indices {
      for (source, edge) in model.graph.edges(into: target).enumerated() {
        set(edge: edge, source: source, target: target, to: values[edge])
      }
    }
  }
}
