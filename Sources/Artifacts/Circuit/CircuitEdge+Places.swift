import Transformer

extension CircuitEdge {
  /// The edge in a transformer whose components are elsewhere and whose output is that of another layer.
  func moved(to places: [Component: Component], layers: Int) -> CircuitEdge {
    CircuitEdge(from: from.moved(to: places, layers: layers), to: to.moved(to: places, layers: layers))
  }

  /// Why the edge is none of the full edge graph, whose edges run from what a component writes to the residual
  /// stream to what another reads from it; nil where it is one.
  var reasonOutsideGraph: String? {
    if Edge(self) != nil { return nil }
    if let component = from.component, component == to.component {
      switch component {
      case .head: return "lies within one head"
      case .mlp: return "lies within one MLP"
      }
    }
    return "\(from.hookName) writes nothing to the residual stream that \(to.hookName) could receive"
  }
}

extension CircuitNode {
  fileprivate func moved(to places: [Component: Component], layers: Int) -> CircuitNode {
    if case .output = self { return .output(layer: layers - 1) }
    guard let component, let place = places[component] else { return self }
    switch (self, place) {
    case (.queryInput, .head(let layer, let head)): return .queryInput(layer: layer, head: head)
    case (.keyInput, .head(let layer, let head)): return .keyInput(layer: layer, head: head)
    case (.valueInput, .head(let layer, let head)): return .valueInput(layer: layer, head: head)
    case (.query, .head(let layer, let head)): return .query(layer: layer, head: head)
    case (.key, .head(let layer, let head)): return .key(layer: layer, head: head)
    case (.value, .head(let layer, let head)): return .value(layer: layer, head: head)
    case (.result, .head(let layer, let head)): return .result(layer: layer, head: head)
    case (.mlpInput, .mlp(let layer)): return .mlpInput(layer: layer)
    case (.mlpOutput, .mlp(let layer)): return .mlpOutput(layer: layer)
    default: return self
    }
  }
}
