import Compiler
import Transformer

/// `alignment.json`: which component of each transformer holds which variable of the program.
public struct AlignmentFile: Codable, Sendable, Equatable {
  /// A component as TransformerLens names its activation, and which head of it.
  public struct Place: Codable, Sendable, Equatable {
    public var hook: String
    /// Null for an MLP.
    public var head: ExplicitOptional<Int>

    public init(_ component: Component) {
      switch component {
      case .head(let layer, let head):
        hook = "blocks.\(layer).attn.hook_result"
        self.head = ExplicitOptional(head)
      case .mlp(let layer):
        hook = "blocks.\(layer).mlp.hook_post"
        head = ExplicitOptional(nil)
      }
    }

    /// The component; nil where the hook is none that can hold a variable.
    public var component: Component? {
      let parts = hook.split(separator: ".", maxSplits: 2)
      guard parts.count == 3, parts[0] == "blocks", let layer = Int(parts[1]) else { return nil }
      switch (parts[2], head.value) {
      case ("attn.hook_result", let head?): return .head(layer: layer, head: head)
      case ("mlp.hook_post", nil): return .mlp(layer: layer)
      default: return nil
      }
    }
  }

  /// One variable in one component of the compiled transformer, and what holds it in the trained one.
  public struct Node: Codable, Sendable, Equatable {
    public var variable: String
    public var hl: Place
    /// Empty where no transformer has been trained.
    public var ll: [Place]
    /// The hidden units of the compiled transformer's MLP that compute this variable and no other, from the
    /// first up to, not including, the second; absent for a head.
    public var units: [Int]?
  }

  public var nodes: [Node]

  /// - Parameter places: the trained transformer's component for each of the compiled; nil where no
  ///   transformer has been trained.
  public init(_ alignment: [AlignedVariable], places: [Component: Component]? = nil) {
    nodes = alignment.map { aligned in
      let trained = places.map { $0[aligned.component] ?? aligned.component }
      return Node(
        variable: aligned.variable, hl: Place(aligned.component), ll: trained.map { [Place($0)] } ?? [],
        units: aligned.units.map { [$0.lowerBound, $0.upperBound] })
    }
  }
}
