import Transformer

/// Slopes of a loss by the edges' masks, summed over blocks of inputs.
final class MaskGradient {
  private let model: EdgeModel
  /// Slopes by the elements of the masked matrices: [rows, outputs] of each stage.
  let stages: [UnsafeMutablePointer<Float>]
  private let arena = Arena()

  init(_ model: EdgeModel) {
    self.model = model
    let arena = arena
    stages = model.stages.map { arena.floats($0.rows * $0.outputs) }
  }

  func clear() {
    for (pointer, stage) in zip(stages, model.stages) {
      pointer.update(repeating: 0, count: stage.rows * stage.outputs)
    }
  }

  /// Slopes by the mask, edge by edge: the sum of weight times slope over each edge's block.
  var byEdge: [Double] {
    var slopes = [Double](repeating: 0, count: model.graph.edges.count)
    for (stage, pointer) in zip(model.stages, stages) {
      for target in stage.targets {
        let column = stage.column(of: target)
        for (source, edge) in model.graph.edges(into: target).enumerated() {
          var sum = 0.0
          for row in model.rows(source) {
            let first = row * stage.outputs + column
            for j in first..<first + stage.width { sum += Double(pointer[j]) * Double(stage.weights[j]) }
          }
          slopes[edge] = sum
        }
      }
    }
    return slopes
  }
}
