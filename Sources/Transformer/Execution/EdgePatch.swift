/// Sixteen sequences run on their own inputs, except that one target reads from some writers what these write
/// on another block's sequences.
package struct EdgePatch: Sendable {
  /// Indices of two blocks of the plain run.
  package var base: Int
  package var source: Int
  /// For each position of the base, the position of the source that it takes its value from.
  package var map: LaneMap
  package var target: TargetNode
  package var writers: [SourceNode]

  package init(base: Int, source: Int, map: LaneMap, target: TargetNode, writers: [SourceNode]) {
    self.base = base
    self.source = source
    self.map = map
    self.target = target
    self.writers = writers
  }
}

extension TargetNode {
  /// The stage at which it reads: twice the layer for a head, plus one for an MLP.
  func stage(layers: Int) -> Int {
    switch self {
    case .query(let layer, _), .key(let layer, _), .value(let layer, _): 2 * layer
    case .mlp(let layer): 2 * layer + 1
    case .output: 2 * layers
    }
  }

  /// The head whose input it is, and which input: 0 for the query, 1 for the key, 2 for the value.
  var headInput: (head: Int, which: Int)? {
    switch self {
    case .query(_, let head): (head, 0)
    case .key(_, let head): (head, 1)
    case .value(_, let head): (head, 2)
    case .mlp, .output: nil
    }
  }

  /// Whether a component writes before the target reads.
  package func reads(_ component: Component) -> Bool {
    switch (self, component) {
    case (.output, _): true
    case (.mlp(let layer), .head(let other, _)): other <= layer
    case (.mlp(let layer), .mlp(let other)): other < layer
    case (.query(let layer, _), _), (.key(let layer, _), _), (.value(let layer, _), _):
      component.layer < layer
    }
  }
}
