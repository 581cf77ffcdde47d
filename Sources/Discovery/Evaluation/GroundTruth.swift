import Transformer

/// The ground truth that methods are judged by: the edges that change outputs of the compiled transformer
/// and, for comparison, those of the benchmark's convention.
package struct GroundTruth: Sendable {
  package let causal: KnownCircuit
  package let benchmark: KnownCircuit

  package init(
    causal: some Sequence<CircuitEdge>, benchmark: some Sequence<CircuitEdge>, graph: EdgeGraph
  ) {
    self.causal = KnownCircuit(causal, graph: graph)
    self.benchmark = KnownCircuit(benchmark, graph: graph)
  }
}
