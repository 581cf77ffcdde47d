import Compiler
import Training
import Transformer

/// Measures the effect of every edge of a circuit's transformers, and so which edges are causal and whether
/// the trained transformer holds the circuit.
package struct EdgeMeasurement: Sendable {
  /// The largest number of pairs to measure on, and the number that is measured on at any cost.
  private static let pairs = 24...400
  /// Roughly how many multiplications a measurement may take.
  private static let work = 2e11

  private let compiled: CompiledCircuit
  private let trained: Parameters?
  private let settings: SIITSettings
  private let trainingSeed: UInt64

  /// - Parameter trained: nil if no transformer has been trained
  package init(
    _ compiled: CompiledCircuit, trained: Parameters?, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64
  ) {
    self.compiled = compiled
    self.trained = trained
    self.settings = settings
    self.trainingSeed = trainingSeed
  }

  /// The graph of the transformer whose edges are measured: the trained one, if there is one.
  private var graph: EdgeGraph { EdgeGraph((trained ?? compiled.parameters).config) }

  /// Whether these are measured effects of these transformers' edges.
  package func isDone(by measured: MeasuredEdges) -> Bool {
    measured.edges.map(\.edge) == graph.circuitEdges
      && measured.edges.allSatisfy { ($0.trained != nil) == (trained != nil) }
  }

  /// Measures on at most this many pairs, fewer for a large transformer, and on further pairs that show rare
  /// effects.
  package func measure(pairs: Int, seed: UInt64) -> MeasuredEdges {
    let count = max(1, min(pairs, Self.limit((trained ?? compiled.parameters).config)))
    let telling = TellingPairs(
      compiled, count: count, settings: settings, trainingSeed: trainingSeed, seed: seed)
    let own = trained.map { EdgeEffects($0, telling.pairs, tolerance: settings.tolerance).effects }
    let graph = graph
    let edges = graph.edges.enumerated().map { index, edge in
      MeasuredEdge(
        edge: CircuitEdge(edge, layers: graph.layers), compiled: telling.effects.effect(of: edge),
        trained: own.map { $0[index] })
    }
    return MeasuredEdges(edges, pairs: telling.pairs.count, tried: telling.tried, seed: seed)
  }

  private static func limit(_ config: TransformerConfig) -> Int {
    let attention = 4 * config.heads * config.dHead * config.dModel
    let token = config.layers * (attention + 2 * config.dModel * config.dMLP) + config.dModel * config.outputs
    // On average, half of the transformer depends on an edge.
    let pair = Double(EdgeGraph(config).edges.count * config.context) * Double(token) / 2
    return min(pairs.upperBound, max(pairs.lowerBound, Int(work / pair)))
  }
}
