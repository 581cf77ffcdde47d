import Compiler
import Runtime
import Transformer

extension TransformerConfig {
  /// The transformer to train for a compiled circuit, unless the circuit fixes a size: layers max(2,
  /// compiled), heads max(4, compiled), dModel = heads · dHead and dMLP = 4 dModel.
  ///
  /// dHead is half the compiled one's, as published (arXiv 2407.14494), but at most 16, which carries the values
  /// of every head of the benchmark, and at least
  /// - 12 if a head holds a variable: narrower ones take several times as many steps, and circuits that count
  ///   then reach a plateau short of the target;
  /// - 3 otherwise, since fewer leave hardly any direction to spare;
  /// - what gives the residual stream half as many directions as the compiled one, since variables in MLPs need
  ///   room too.
  ///
  /// A head that has to attend evenly to keys of many kinds needs scores of that rank, or nearly: a step function of n keys
  /// and n queries takes rank n/3, and n/2 if weights are to stay small. There dHead is n/2, at most 48, and dModel is
  /// what it would be without.
  ///
  /// - Parameter growth: how many times to double dHead, and with it the widths that follow from it
  package static func trained(for compiled: CompiledCircuit, growth: Int = 0) -> TransformerConfig {
    let own = compiled.circuit.model
    let source = compiled.parameters.config
    let heads = own.heads ?? max(4, source.heads)
    let hasHeads = compiled.causalModel.nodes.contains { if case .head = $0 { true } else { false } }
    let least = max(source.dHead / 2, source.dModel / (2 * heads), hasHeads ? 12 : 3)
    let width = min(least, 16)
    let dHead = own.dHead ?? max(width, min(48, compiled.causalModel.kindsAttendedToEvenly / 2)) << growth
    let dModel = own.dModel ?? heads * (own.dHead ?? width << growth)
    return TransformerConfig(
      layers: own.layers ?? max(2, source.layers), heads: heads, dModel: dModel, dHead: dHead,
      dMLP: own.dMLP ?? 4 * dModel, context: source.context, vocabulary: source.vocabulary,
      outputs: source.outputs, activation: .gelu, causal: source.causal)
  }

  /// Whether the transformer has these components.
  func holds(_ components: [Component]) -> Bool {
    components.allSatisfy { component in
      switch component {
      case .head(let layer, let head): layer < layers && head < heads
      case .mlp(let layer): layer < layers
      }
    }
  }

  /// Every component, in the order of computation.
  package var components: [Component] {
    (0..<layers).flatMap { layer in
      (0..<heads).map { Component.head(layer: layer, head: $0) } + [.mlp(layer: layer)]
    }
  }
}

extension CausalModel {
  /// The most kinds of keys that a head has to attend to evenly.
  fileprivate var kindsAttendedToEvenly: Int {
    variables.indices.map { variable in
      switch attention(of: variable) {
      case .evenly, .evenlyWithBOS: kindsToTellApart(by: variable)
      case .any, nil: 1
      }
    }.max() ?? 1
  }
}
