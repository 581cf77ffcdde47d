/// How much work a program may ask for before it is refused.
public struct Limits: Sendable {
  /// Expressions and statements evaluated while one top-level statement runs.
  public var steps = 2_000_000
  /// Calls inside calls.
  public var depth = 1000
  /// Nodes of the graph.
  public var nodes = 200_000
  /// Steps of one call of an elementwise function on one value.
  public var elementwiseSteps = 500_000

  public init() {}
}
