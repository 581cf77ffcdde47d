import Compiler

/// Which edges and nodes of a transformer's edge graph belong to its ground-truth circuit.
///
/// A compiled head or MLP corresponds to the one at the same place in the trained transformer, so an edge
/// keeps its layers and heads; the output of the compiled transformer corresponds to that of a deeper one. An
/// edge of the ground truth is an edge of the graph if it runs from what one node writes to what another
/// reads. Edges inside a node (from a query input to the query, from an MLP's input to its output) come with
/// the node, and edges that leave a query or key other than through the head's result carry nothing that an
/// intervention could replace; both are left out.
public struct KnownCircuit: Sendable {
  public let graph: EdgeGraph
  /// In the order of ``EdgeGraph/edges``.
  public let edges: [Bool]
  /// In the order of ``EdgeGraph/sources``: whether an edge of the circuit begins or ends at the node.
  public let nodes: [Bool]

  public init(_ circuit: some Sequence<CircuitEdge>, graph: EdgeGraph) {
    self.graph = graph
    var edges = [Bool](repeating: false, count: graph.edges.count)
    var nodes = [Bool](repeating: false, count: graph.sources.count)
    for known in circuit {
      guard let from = SourceNode(known.from), let to = TargetNode(known.to, layers: graph.layers),
        let index = graph.index(of: Edge(from: from, to: to))
      else { continue }
      edges[index] = true
      nodes[graph.index(of: from)] = true
      if let owner = to.owner { nodes[graph.index(of: owner)] = true }
    }
    self.edges = edges
    self.nodes = nodes
  }
}

extension SourceNode {
  /// The source whose output a node is; nil for the inside of a node.
  init?(_ node: CircuitNode) {
    switch node {
    case .embed: self = .embed
    case .positionEmbed: self = .positionEmbed
    case .result(let layer, let head): self = .head(layer: layer, head: head)
    case .mlpOutput(let layer): self = .mlp(layer: layer)
    case .queryInput, .keyInput, .valueInput, .query, .key, .value, .mlpInput, .output: return nil
    }
  }
}

extension TargetNode {
  /// The target that a node is; nil for a node that does not read from the residual stream.
  init?(_ node: CircuitNode, layers: Int) {
    switch node {
    case .queryInput(let layer, let head): self = .query(layer: layer, head: head)
    case .keyInput(let layer, let head): self = .key(layer: layer, head: head)
    case .valueInput(let layer, let head): self = .value(layer: layer, head: head)
    case .mlpInput(let layer): self = .mlp(layer: layer)
    case .output: self = .output(layers: layers)
    case .embed, .positionEmbed, .query, .key, .value, .result, .mlpOutput: return nil
    }
  }
}
