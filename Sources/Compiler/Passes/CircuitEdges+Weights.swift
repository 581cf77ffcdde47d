// In: the edges along which variables flow, and the weights. Out: the edges along which anything can flow.

import Transformer

extension CircuitEdges {
  /// The edges whose target reads a direction that their source writes.
  ///
  /// A constant variable, such as a width that is always 0, may need no weights; its readers then get nothing
  /// from it.
  static func effective(_ edges: [CircuitEdge], in parameters: Parameters) -> [CircuitEdge] {
    let weights = SparseWeights(parameters)
    func directions(_ rows: some Sequence<[SparseWeights.Entry]>) -> Set<Int> {
      Set(rows.joined().map(\.index))
    }
    func reading(_ rows: [[SparseWeights.Entry]]) -> Set<Int> {
      Set(rows.indices.filter { !rows[$0].isEmpty })
    }
    /// The directions that a node writes; nil if they are not in the residual stream.
    func written(by node: CircuitNode) -> Set<Int>? {
      switch node {
      case .embed: directions(weights.embed)
      case .positionEmbed: directions(weights.positions)
      case .result(let layer, let head):
        directions(weights.blocks[layer].heads[head].outputOfWhatIsRead)
      case .mlpOutput(let layer): directions(weights.blocks[layer].output)
      default: nil
      }
    }
    func read(by node: CircuitNode) -> Set<Int>? {
      switch node {
      case .queryInput(let layer, let head): reading(weights.blocks[layer].heads[head].query)
      case .keyInput(let layer, let head): reading(weights.blocks[layer].heads[head].key)
      case .valueInput(let layer, let head): reading(weights.blocks[layer].heads[head].value)
      case .mlpInput(let layer): reading(weights.blocks[layer].input)
      case .output: reading(weights.unembed)
      default: nil
      }
    }
    return edges.filter { edge in
      guard let source = written(by: edge.from), let target = read(by: edge.to) else { return true }
      return !source.isDisjoint(with: target)
    }
  }
}
