import Transformer

/// Every edge through a transformer's residual stream, with a head's query, key and value inputs as separate
/// targets.
///
/// Sources are numbered in the order of computation, so those that a target can receive from always come
/// first, and an edge's number follows from those of its ends.
package struct EdgeGraph: Sendable {
  package let layers: Int
  package let heads: Int
  /// Embedding, position embedding, then layer by layer the heads and the MLP.
  package let sources: [SourceNode]
  /// Layer by layer, each head's query, key and value inputs and the MLP's input; then the output.
  package let targets: [TargetNode]
  /// By target, then by source.
  package let edges: [Edge]
  /// The number of sources before each target.
  private let visible: [Int]
  private let firstEdges: [Int]
  private let targetIndices: [TargetNode: Int]

  package init(layers: Int, heads: Int) {
    self.layers = layers
    self.heads = heads
    var sources: [SourceNode] = [.embed, .positionEmbed]
    var targets: [TargetNode] = []
    var visible: [Int] = []
    for layer in 0..<layers {
      for head in 0..<heads {
        targets += [
          .query(layer: layer, head: head), .key(layer: layer, head: head),
          .value(layer: layer, head: head),
        ]
      }
      visible += [Int](repeating: sources.count, count: 3 * heads)
      sources += (0..<heads).map { .head(layer: layer, head: $0) }
      targets.append(.mlp(layer: layer))
      visible.append(sources.count)
      sources.append(.mlp(layer: layer))
    }
    targets.append(.output)
    visible.append(sources.count)

    var edges: [Edge] = []
    var firstEdges: [Int] = []
    for (target, count) in zip(targets, visible) {
      firstEdges.append(edges.count)
      edges += sources[..<count].map { Edge(from: $0, to: target) }
    }
    self.sources = sources
    self.targets = targets
    self.visible = visible
    self.firstEdges = firstEdges
    self.edges = edges
    targetIndices = Dictionary(uniqueKeysWithValues: zip(targets, targets.indices))
  }

  package init(_ config: TransformerConfig) {
    self.init(layers: config.layers, heads: config.heads)
  }

  /// ``edges`` as edges of a circuit.
  package var circuitEdges: [CircuitEdge] { edges.map { CircuitEdge($0, layers: layers) } }

  func index(of source: SourceNode) -> Int {
    switch source {
    case .embed: 0
    case .positionEmbed: 1
    case .head(let layer, let head): 2 + layer * (heads + 1) + head
    case .mlp(let layer): 2 + layer * (heads + 1) + heads
    }
  }

  /// The edge's index in ``edges``; nil if the graph has no such edge.
  package func index(of edge: Edge) -> Int? {
    guard let target = targetIndices[edge.to] else { return nil }
    let source = index(of: edge.from)
    // A head that the layer does not have would get another source's number.
    guard source < visible[target], sources[source] == edge.from else { return nil }
    return firstEdges[target] + source
  }

  /// The numbers of the edges into a target, in the order of the sources.
  func edges(into target: Int) -> Range<Int> {
    firstEdges[target]..<firstEdges[target] + visible[target]
  }

  /// The target and source numbers of an edge.
  func ends(of edge: Int) -> (source: Int, target: Int) {
    let target = targets.indices.last { firstEdges[$0] <= edge } ?? 0
    return (edge - firstEdges[target], target)
  }

  /// The number of the source whose input the target is; nil for the output.
  func owner(of target: Int) -> Int? { targets[target].owner.map(index(of:)) }
}
