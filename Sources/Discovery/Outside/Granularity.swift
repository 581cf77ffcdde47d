/// What a method tells apart. Edges that it does not tell apart are judged as one, which belongs to the circuit if any of
/// them does.
package struct Granularity: Sendable, Hashable {
  /// Whether both embeddings count as one node.
  package var joinsEmbeddings: Bool
  /// Whether a head's query, key and value inputs count as one.
  package var joinsHeadInputs: Bool

  package init(joinsEmbeddings: Bool = false, joinsHeadInputs: Bool = false) {
    self.joinsEmbeddings = joinsEmbeddings
    self.joinsHeadInputs = joinsHeadInputs
  }

  /// Every edge of the graph by itself.
  package static let full = Granularity()
}
