import Compiler
import Transformer

/// The edges of a trained transformer along which nothing may flow: all that are not in the compiled one's
/// data flow, and those that carry the same on all inputs there, such as what a head reads at BOS.
///
/// Swaps of whole components do not forbid them: a head may read something from the embedding that its
/// variable does not depend on, as long as the rest of the circuit compensates for it.
struct StrictEdges: Sendable {
  /// A target, and the earlier writers that it must not depend on.
  struct Target: Sendable {
    let target: EdgePatch.Target
    let writers: [EdgePatch.Writer]

    /// Hook names, for the one writer of an edge.
    func edgeName(_ config: TransformerConfig) -> String {
      "\(writers[0].node.hookName) -> \(target.node(layers: config.layers).hookName)"
    }
  }

  let targets: [Target]
  /// Each edge on its own.
  let edges: [Target]

  /// No edges, for whoever only asks for outputs.
  static let none = StrictEdges(targets: [])

  private init(targets: [Target]) {
    self.targets = targets
    edges = targets.flatMap { target in
      target.writers.map { Target(target: target.target, writers: [$0]) }
    }
  }

  /// - Parameter sampler: of inputs that show which edges of the compiled transformer carry anything
  init(_ compiled: CompiledCircuit, config: TransformerConfig, _ sampler: InputSampler) {
    let taken = Self.taken(compiled, sampler)
    var targets: [EdgePatch.Target] = []
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
      let writers: [EdgePatch.Writer] =
        [.embedding, .positions]
        + config.components.filter { target.reads($0) }.map { .component($0) }
      return Target(target: target, writers: writers.filter { taken[target]?.contains($0) != true })
    }.filter { !$0.writers.isEmpty }
    self.init(targets: strict)
  }

  /// Blocks of pairs that show whether an edge carries anything.
  private static let blocks = 16

  /// The writers that each target of the compiled transformer depends on: those in its data flow that change
  /// any logit, however little, when they write what they do on another input.
  private static func taken(
    _ compiled: CompiledCircuit, _ sampler: InputSampler
  ) -> [EdgePatch.Target: Set<EdgePatch.Writer>] {
    let config = compiled.parameters.config
    let weights = WeightBuffer(compiled.parameters)
    let batch = PairBatch(compiled, blocks: blocks)
    let plain = PlainRun(config: config, capacity: PairBatch.capacity(config, blocks: blocks))
    let patched = PatchedEdgeRun(config: config)
    var generator = SeededGenerator(seed: 0, stream: "edges")
    batch.draw(sampler, .training, into: plain, using: &generator)
    plain.forward(weights)
    func changesLogits(_ target: EdgePatch.Target, _ writer: EdgePatch.Writer) -> Bool {
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
    var taken: [EdgePatch.Target: Set<EdgePatch.Writer>] = [:]
    for edge in compiled.dataflow {
      guard let writer = EdgePatch.Writer(edge.from), let target = EdgePatch.Target(edge.to),
        changesLogits(target, writer)
      else { continue }
      taken[target, default: []].insert(writer)
    }
    return taken
  }

  /// A target with some of its writers, or all; nil if there is none.
  func draw(using generator: inout SeededGenerator) -> Target? {
    guard !targets.isEmpty else { return nil }
    let target = targets[generator.index(below: targets.count)]
    guard generator.next() & 1 == 0 else { return target }
    let writers = target.writers.filter { _ in generator.next() & 1 == 0 }
    return writers.isEmpty ? target : Target(target: target.target, writers: writers)
  }
}

extension EdgePatch.Writer {
  /// The writer whose output a node is; nil for the inside of a node.
  fileprivate init?(_ node: CircuitNode) {
    switch node {
    case .embed: self = .embedding
    case .positionEmbed: self = .positions
    case .result(let layer, let head): self = .component(.head(layer: layer, head: head))
    case .mlpOutput(let layer): self = .component(.mlp(layer: layer))
    case .queryInput, .keyInput, .valueInput, .query, .key, .value, .mlpInput, .output: return nil
    }
  }
}

extension EdgePatch.Writer {
  /// The node for what a writer writes.
  fileprivate var node: CircuitNode {
    switch self {
    case .embedding: .embed
    case .positions: .positionEmbed
    case .component(.head(let layer, let head)): .result(layer: layer, head: head)
    case .component(.mlp(let layer)): .mlpOutput(layer: layer)
    }
  }
}

extension EdgePatch.Target {
  fileprivate func node(layers: Int) -> CircuitNode {
    switch self {
    case .query(let layer, let head): .queryInput(layer: layer, head: head)
    case .key(let layer, let head): .keyInput(layer: layer, head: head)
    case .value(let layer, let head): .valueInput(layer: layer, head: head)
    case .mlp(let layer): .mlpInput(layer: layer)
    case .output: .output(layer: layers - 1)
    }
  }

  /// The target that a node is; nil for a node that does not read from the residual stream. The output of any
  /// transformer is the output.
  fileprivate init?(_ node: CircuitNode) {
    switch node {
    case .queryInput(let layer, let head): self = .query(layer: layer, head: head)
    case .keyInput(let layer, let head): self = .key(layer: layer, head: head)
    case .valueInput(let layer, let head): self = .value(layer: layer, head: head)
    case .mlpInput(let layer): self = .mlp(layer: layer)
    case .output: self = .output
    case .embed, .positionEmbed, .query, .key, .value, .result, .mlpOutput: return nil
    }
  }
}
