import Rendering

/// What is wrong with scores from outside, and what to do.
package struct ScoresError: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }

  static func unknown(_ name: String, _ graph: EdgeGraph) -> ScoresError {
    ScoresError(
      "'\(name)' is not in this transformer, which has \(counted(graph.layers, "layer")) of "
        + "\(counted(graph.heads, "head"))")
  }

  static func missing(_ count: Int, _ noun: String, example: String) -> ScoresError {
    ScoresError(
      "no score for \(counted(count, noun)), such as \(example); score every one, or give the others a score with "
        + "'--missing'")
  }
}
