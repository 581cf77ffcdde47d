import Runtime
import Transformer

/// A circuit compiled to a transformer, and all that is known about what lies where in it.
public struct CompiledCircuit: Sendable {
  public let circuit: Circuit
  public let tokenizer: Tokenizer
  public let outputs: OutputSpace
  /// The compiled transformer.
  public let parameters: Parameters
  /// What each residual direction means: `variable:value`, or `variable` for a numerical one.
  public let residualLabels: [String]
  public let causalModel: CausalModel
  /// Which variable each component holds.
  public let alignment: [AlignedVariable]
  /// The ground-truth circuit of the compiled transformer.
  public let edges: [CircuitEdge]
}

/// One variable and the component of the compiled transformer that holds it.
public struct AlignedVariable: Sendable {
  public let variable: String
  public let component: Component
}

/// One edge of a circuit, between two places of the computation.
public struct CircuitEdge: Sendable, Hashable {
  public let from: CircuitNode
  public let to: CircuitNode
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
