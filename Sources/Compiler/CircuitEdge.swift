/// One edge of a circuit, between two places of the computation.
public struct CircuitEdge: Sendable, Hashable {
  public let from: CircuitNode
  public let to: CircuitNode

  public init(from: CircuitNode, to: CircuitNode) {
    self.from = from
    self.to = to
  }
}

/// A place of the computation that an edge joins; `hookName` is its spelling at the file boundary.
public enum CircuitNode: Sendable, Hashable {
  case embed
  case positionEmbed
  case queryInput(layer: Int, head: Int)
  case keyInput(layer: Int, head: Int)
  case valueInput(layer: Int, head: Int)
  case query(layer: Int, head: Int)
  case key(layer: Int, head: Int)
  case value(layer: Int, head: Int)
  case result(layer: Int, head: Int)
  case mlpInput(layer: Int)
  case mlpOutput(layer: Int)
  case output(layer: Int)
}
