/// How much work a program may ask for before it is refused.
package struct Limits: Sendable {
  /// Expressions and statements evaluated while one top-level statement runs.
  package var steps = 2_000_000
  /// Calls inside calls.
  package var depth = 1000
  /// Nodes of the graph.
  package var nodes = 200_000
  /// Steps of one call of an elementwise function on one value.
  package var elementwiseSteps = 500_000

  package init() {}
}
