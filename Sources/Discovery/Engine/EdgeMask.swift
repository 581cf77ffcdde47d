import Transformer

/// A number for each edge of a graph: how much of its source's clean activation it carries, from 0 (ablated)
/// to 1 (intact), or the gradient of a loss with respect to that.
///
/// The order is that of the graph's edges, so that a stage's part is a matrix [targets, sources].
final class EdgeMask {
  let values: UnsafeMutablePointer<Float>
  let count: Int
  private let arena = Arena()

  /// The same number for every edge.
  init(_ graph: EdgeGraph, _ value: Float) {
    count = graph.edges.count
    values = arena.floats(count)
    fill(value)
  }

  func fill(_ value: Float) { values.update(repeating: value, count: count) }

  func set(_ numbers: [Float]) {
    precondition(numbers.count == count)
    for (index, number) in numbers.enumerated() { values[index] = number }
  }

  subscript(edge: Int) -> Float {
    get { values[edge] }
    set { values[edge] = newValue }
  }

  var numbers: [Double] { (0..<count).map { Double(values[$0]) } }

  /// A stage's part.
  func part(_ stage: EdgeModel.Stage) -> UnsafeMutablePointer<Float> { values + stage.firstEdge }

  /// Whether all targets of a stage have the same row.
  func isUniform(_ stage: EdgeModel.Stage) -> Bool {
    let part = part(stage)
    return (stage.sources..<stage.targets.count * stage.sources).allSatisfy {
      part[$0] == part[$0 - stage.sources]
    }
  }
}
