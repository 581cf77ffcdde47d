import Foundation
import Transformer

@testable import Discovery

/// A transformer written node by node in double precision, one sequence at a time: every target sums up what it
/// receives from every source, edge by edge.
struct PlainEdgeTransformer {
  /// What each source writes to the residual stream: [position][dModel].
  typealias Activations = [SourceNode: [[Double]]]

  let parameters: Parameters
  let graph: EdgeGraph
  private let edges: [TargetNode: [Edge]]

  init(_ parameters: Parameters) {
    self.parameters = parameters
    graph = EdgeGraph(parameters.config)
    edges = Dictionary(grouping: graph.edges, by: \.to)
  }

  private var c: TransformerConfig { parameters.config }

  private func weight(_ tensor: ParameterLayout.Tensor, _ index: Int) -> Double {
    Double(parameters.values[tensor.offset + index])
  }

  /// - Parameters:
  ///   - mask: how much of its source's own activation an edge carries; the rest is the ablated one
  ///   - embedding: how far both embeddings are from the ablated ones (0) to their own (1)
  ///   - shift: an edge, its source's clean activation, and which part of its difference from the ablated one
  ///     is added to what the edge carries
  func run(
    _ tokens: [Int32], ablated: Activations = [:], embedding: Double = 1,
    shift: (edge: Edge, clean: [[Double]], part: Double)? = nil, mask: (Edge) -> Double = { _ in 1 }
  ) -> (activations: Activations, logits: [[Double]]) {
    var written: Activations = [:]
    func zero() -> [[Double]] {
      [[Double]](repeating: [Double](repeating: 0, count: c.dModel), count: tokens.count)
    }
    func mix(_ a: [[Double]], _ b: [[Double]], _ share: Double) -> [[Double]] {
      zip(a, b).map { zip($0, $1).map { share * $0 + (1 - share) * $1 } }
    }
    func received(by target: TargetNode, layersOfAttention: Int) -> [[Double]] {
      var sum = zero()
      for layer in 0..<layersOfAttention {
        for p in tokens.indices {
          for i in 0..<c.dModel { sum[p][i] += weight(parameters.layout.blocks[layer].bO, i) }
        }
      }
      for edge in edges[target] ?? [] {
        let own = written[edge.from] ?? zero()
        let other = ablated[edge.from] ?? own
        let share = mask(edge)
        let part = shift.map { $0.edge == edge ? $0.part : 0 } ?? 0
        for p in tokens.indices {
          for i in 0..<c.dModel {
            sum[p][i] += share * own[p][i] + (1 - share) * other[p][i]
            if part != 0, let shift { sum[p][i] += part * (shift.clean[p][i] - other[p][i]) }
          }
        }
      }
      return sum
    }
    func project(_ stream: [[Double]], _ w: ParameterLayout.Tensor, _ b: ParameterLayout.Tensor, _ head: Int)
      -> [[Double]]
    {
      stream.map { x in
        (0..<c.dHead).map { d in
          (0..<c.dModel).reduce(weight(b, head * c.dHead + d)) {
            $0 + x[$1] * weight(w, (head * c.dModel + $1) * c.dHead + d)
          }
        }
      }
    }

    written[.embed] = tokens.map { token in
      (0..<c.dModel).map { weight(parameters.layout.embed, Int(token) * c.dModel + $0) }
    }
    written[.embed] = mix(written[.embed] ?? zero(), ablated[.embed] ?? zero(), embedding)
    written[.positionEmbed] = tokens.indices.map { position in
      (0..<c.dModel).map { weight(parameters.layout.positions, position * c.dModel + $0) }
    }
    written[.positionEmbed] = mix(
      written[.positionEmbed] ?? zero(), ablated[.positionEmbed] ?? zero(), embedding)
    for layer in 0..<c.layers {
      let block = parameters.layout.blocks[layer]
      for head in 0..<c.heads {
        let q = project(
          received(by: .query(layer: layer, head: head), layersOfAttention: layer), block.wQ, block.bQ, head)
        let k = project(
          received(by: .key(layer: layer, head: head), layersOfAttention: layer), block.wK, block.bK, head)
        let v = project(
          received(by: .value(layer: layer, head: head), layersOfAttention: layer), block.wV, block.bV, head)
        written[.head(layer: layer, head: head)] = tokens.indices.map { p in
          let scores = tokens.indices.map { r in
            c.causal && r > p
              ? -Double.infinity : zip(q[p], k[r]).reduce(0) { $0 + $1.0 * $1.1 } / sqrt(Double(c.dHead))
          }
          let exponentials = scores.map { exp($0 - (scores.max() ?? 0)) }
          let sum = exponentials.reduce(0, +)
          let z = (0..<c.dHead).map { d in zip(exponentials, v).reduce(0) { $0 + $1.0 / sum * $1.1[d] } }
          return (0..<c.dModel).map { i in
            (0..<c.dHead).reduce(0) { $0 + z[$1] * weight(block.wO, (head * c.dHead + $1) * c.dModel + i) }
          }
        }
      }
      let input = received(by: .mlp(layer: layer), layersOfAttention: layer + 1)
      written[.mlp(layer: layer)] = input.map { x in
        let post = (0..<c.dMLP).map { j -> Double in
          let hidden = (0..<c.dModel).reduce(weight(block.bIn, j)) {
            $0 + x[$1] * weight(block.wIn, $1 * c.dMLP + j)
          }
          return c.activation == .relu ? max(0, hidden) : hidden * 0.5 * erfc(-hidden / 2.0.squareRoot())
        }
        return (0..<c.dModel).map { i in
          (0..<c.dMLP).reduce(weight(block.bOut, i)) { $0 + post[$1] * weight(block.wOut, $1 * c.dModel + i) }
        }
      }
    }
    let stream = received(by: .output, layersOfAttention: c.layers)
    let logits = stream.map { x in
      (0..<c.outputs).map { o in
        (0..<c.dModel).reduce(weight(parameters.layout.unembedBias, o)) {
          $0 + x[$1] * weight(parameters.layout.unembed, $1 * c.outputs + o)
        }
      }
    }
    return (written, logits)
  }
}
