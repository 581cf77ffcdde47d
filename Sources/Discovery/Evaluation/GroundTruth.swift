import Artifacts

/// What methods are judged by: the edges that change outputs of the compiled transformer and, for comparison,
/// those of the benchmark's convention.
public struct GroundTruth: Sendable {
  public let causal: KnownCircuit
  public let benchmark: KnownCircuit

  /// Nil if the file has no measured effects.
  public init?(_ file: EdgesFile, graph: EdgeGraph) {
    guard let causal = file.causalEdges, let benchmark = file.benchmarkEdges else { return nil }
    self.causal = KnownCircuit(causal, graph: graph)
    self.benchmark = KnownCircuit(benchmark, graph: graph)
  }
}
