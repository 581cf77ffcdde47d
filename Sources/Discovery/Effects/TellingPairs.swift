import Compiler
import Training
import Transformer

/// Pairs of inputs on which the edges of a compiled transformer show their effects.
///
/// First, as many are drawn as a measurement needs. If an edge along which data flows changes outputs on
/// fewer than ``wanted`` of them, more are tried, half of them with a source that hardly differs from its
/// base, and those that show such an edge are added.
package struct TellingPairs: Sendable {
  package let pairs: InputPairs
  /// The number of pairs that were tried.
  package let tried: Int
  /// What the compiled transformer's edges do on the pairs. Edges along which no data flows have no effect.
  package let effects: EdgeEffects
  /// Edges along which data flows that never changed an output.
  package let unseen: [Edge]

  /// The number of pairs on which an edge should change an output.
  private static let wanted = 16
  /// Pairs tried at a time.
  private static let batch = 256
  /// Roughly how many multiplications the search for pairs may take, which limits it for large transformers.
  private static let work = 2e10

  package init(
    _ compiled: CompiledCircuit, count: Int, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64 = 0, seed: UInt64
  ) {
    self.init(
      compiled, EdgeSurvey(compiled.parameters, tolerance: settings.tolerance), count: count,
      settings: settings, trainingSeed: trainingSeed, seed: seed)
  }

  /// - Parameter most: how many pairs may be tried, in place of the limit that follows from the transformer's
  ///   size
  init(
    _ compiled: CompiledCircuit, _ survey: EdgeSurvey, count: Int, settings: SIITSettings = SIITSettings(),
    trainingSeed: UInt64 = 0, seed: UInt64, most: Int? = nil
  ) {
    let inputs = HeldOutInputs(compiled, settings: settings, trainingSeed: trainingSeed)
    var generator = SeededGenerator(seed: seed, stream: "edge effects")
    func draw(_ count: Int, near: Bool) -> InputPairs {
      let drawn = (0..<count).map { index in
        near && index.isMultiple(of: 2)
          ? inputs.nearPair(using: &generator) : inputs.pair(using: &generator)
      }
      return CircuitInputs(compiled, drawn).pairs
    }
    let flow = KnownCircuit(compiled.dataflow, graph: survey.graph).edges
    let edges = survey.graph.edges.indices.filter { flow[$0] }
    var pairs = draw(count, near: false)
    var tallies = survey.tally(edges, pairs)
    var witnesses = Dictionary(uniqueKeysWithValues: zip(edges, tallies.map(\.witnesses.count)))
    var lacking = edges
    var added: InputPairs?
    let limit = most ?? Self.limit(compiled, count: count)
    var tried = count
    while true {
      lacking = lacking.filter { witnesses[$0, default: 0] < Self.wanted }
      if lacking.isEmpty || tried >= limit { break }
      let candidates = draw(min(Self.batch, limit - tried), near: true)
      tried += candidates.count
      var chosen: Set<Int> = []
      for (edge, tally) in zip(lacking, survey.tally(lacking, candidates)) {
        let found = tally.witnesses.prefix(Self.wanted - witnesses[edge, default: 0])
        witnesses[edge, default: 0] += found.count
        chosen.formUnion(found)
      }
      if chosen.isEmpty { continue }
      let telling = candidates.chosen(chosen.sorted())
      if added?.append(telling) == nil { added = telling }
    }
    if let added {
      pairs.append(added)
      for (place, tally) in survey.tally(edges, added).enumerated() { tallies[place].add(tally) }
    }
    self.pairs = pairs
    self.tried = tried
    effects = EdgeEffects(
      survey.graph, tallies: Dictionary(uniqueKeysWithValues: zip(edges, tallies)),
      countedPositions: pairs.countedPositions)
    unseen = lacking.filter { witnesses[$0, default: 0] == 0 }.map { survey.graph.edges[$0] }
  }

  /// How many pairs may be tried.
  private static func limit(_ compiled: CompiledCircuit, count: Int) -> Int {
    let c = compiled.parameters.config
    let attention = 4 * c.heads * c.dHead * c.dModel
    let token = c.layers * (attention + 2 * c.dModel * c.dMLP) + c.dModel * c.outputs
    let pair = Double(3 * token * c.context)
    return max(count, min(10 * count, Int(work / max(pair, 1))))
  }
}
