import Compiler
import Transformer

/// The edges of a trained transformer along which nothing may flow: all that are not in the compiled
/// transformer's data flow, and those that carry the same on all inputs there, such as what a head reads at
/// BOS.
///
/// Swaps of whole components do not forbid them: a head may read something from the embedding that its
/// variable does not depend on, as long as the rest of the circuit compensates for it.
struct StrictEdges: Sendable {
  /// A target, and the earlier writers that it must not depend on.
  struct Target: Sendable {
    let target: TargetNode
    let writers: [SourceNode]

    /// The edge from the first writer; if there is only one writer, the only edge.
    var edge: Edge { Edge(from: writers[0], to: target) }
  }

  let targets: [Target]
  /// Each edge on its own.
  let edges: [Target]

  /// No edges, for callers that need only outputs.
  static let none = StrictEdges(targets: [])

  private init(targets: [Target]) {
    self.targets = targets
    edges = targets.flatMap { target in
      target.writers.map { Target(target: target.target, writers: [$0]) }
    }
  }

  /// - Parameter sampler: draws inputs that show which edges of the compiled transformer carry anything
  init(_ compiled: CompiledCircuit, config: TransformerConfig, _ sampler: InputSampler) {
    let taken = Self.taken(compiled, sampler)
    var targets: [TargetNode] = []
    for layer in 0..<config.layers {
      for head in 0..<config.heads {
        targets += [
          .query(layer: layer, head: head), .key(layer: layer, head: head), .value(layer: layer, head: head),
        ]
      }
      targets.append(.mlp(layer: layer))
    }
    targets.append(.output)
    let strict = targets.map { target in
      let writers: [SourceNode] =
        [.embed, .positionEmbed] + config.components.filter { target.reads($0) }.map { SourceNode($0) }
      return Target(target: target, writers: writers.filter { taken[target]?.contains($0) != true })
    }.filter { !$0.writers.isEmpty }
    self.init(targets: strict)
  }

  /// Blocks of pairs that show whether an edge carries anything.
  private static let blocks = 16

  /// The writers that each target of the compiled transformer depends on: those in its data flow that change
  /// any logit, however little, if they write what they write on another input.
  private static func taken(
    _ compiled: CompiledCircuit, _ sampler: InputSampler
  ) -> [TargetNode: Set<SourceNode>] {
    let config = compiled.parameters.config
    let weights = WeightBuffer(compiled.parameters)
    let batch = PairBatch(compiled, blocks: blocks)
    let plain = PlainRun(config: config, capacity: PairBatch.capacity(config, blocks: blocks))
    let patched = PatchedEdgeRun(config: config)
    var generator = SeededGenerator(seed: 0, stream: "edges")
    batch.draw(sampler, .training, into: plain, using: &generator)
    plain.forward(weights)
    func changesLogits(_ target: TargetNode, _ writer: SourceNode) -> Bool {
      batch.layout.blocks.indices.contains { index in
        let patch = EdgePatch(
          base: index, source: index ^ 1, map: batch.laneMaps[index], target: target, writers: [writer])
        patched.forward(weights, patch, over: plain)
        let (own, other) = (
          plain.activations.logits[batch.layout.blocks[index]], patched.logits(patch, over: plain)
        )
        return (0..<config.outputs * own.stride).contains { abs(own.base[$0] - other.base[$0]) > 1e-5 }
      }
    }
    var taken: [TargetNode: Set<SourceNode>] = [:]
    for edge in compiled.dataflow.compactMap({ Edge($0) }) where changesLogits(edge.to, edge.from) {
      taken[edge.to, default: []].insert(edge.from)
    }
    return taken
  }

  /// A target with some or all of its writers; nil if there is no target.
  func draw(using generator: inout SeededGenerator) -> Target? {
    guard !targets.isEmpty else { return nil }
    let target = targets[generator.index(below: targets.count)]
    guard generator.next() & 1 == 0 else { return target }
    let writers = target.writers.filter { _ in generator.next() & 1 == 0 }
    return writers.isEmpty ? target : Target(target: target.target, writers: writers)
  }
}
