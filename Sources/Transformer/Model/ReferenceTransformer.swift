import Foundation

/// The transformer written plainly, in double precision, one sequence at a time: the reference for all faster
/// versions.
package struct ReferenceTransformer: Sendable {
  package let config: TransformerConfig
  private let layout: ParameterLayout
  private let values: [Double]

  package init(_ parameters: Parameters) {
    self.init(config: parameters.config, values: parameters.values.map(Double.init))
  }

  /// - Parameter values: weights in the order of ``ParameterLayout``.
  package init(config: TransformerConfig, values: [Double]) {
    self.config = config
    layout = ParameterLayout(config: config)
    precondition(values.count == layout.count)
    self.values = values
  }

  /// Everything that one forward pass computes, position by position.
  package struct Trace: Sendable {
    /// BOS included.
    package var tokens: [Int32] = []
    /// Before each block and after the last; [layers + 1][position][dModel].
    package var residual: [[[Double]]] = []
    /// Between attention and MLP; [layers][position][dModel].
    package var middle: [[[Double]]] = []
    /// [layers][head][query][key]
    package var patterns: [[[[Double]]]] = []
    /// Each head's mixed values before W_O; [layers][head][position][dHead].
    package var z: [[[[Double]]]] = []
    /// The MLPs' hidden activations; [layers][position][dMLP].
    package var post: [[[Double]]] = []
    /// [position][outputs]
    package var logits: [[Double]] = []
  }

  /// Runs one sequence, BOS included. Components in `swaps` take their activation from the given trace, each
  /// position from where `map` says or, without a map, from the same position of a sequence of the same
  /// length. Components in `zeroed` have zeros instead. With a `patch`, its target reads from the patch's
  /// writers what they write on the source.
  package func run(
    _ tokens: [Int32], swaps: [Component: Trace] = [:], map: PositionMap? = nil, zeroed: [Component] = [],
    patch: (target: TargetNode, writers: [SourceNode], source: Trace)? = nil
  ) -> Trace {
    let c = config
    func zeros(_ activation: [[Double]]) -> [[Double]] { activation.map { $0.map { _ in 0 } } }
    func taken(_ activation: [[Double]]) -> [[Double]] {
      guard let map else { return activation }
      precondition(map.baseLength + 1 == tokens.count && map.sourceLength + 1 == activation.count)
      return [activation[0]] + map.places.map { activation[Int($0) + 1] }
    }
    var trace = Trace()
    trace.tokens = tokens
    /// What a target reads at all positions.
    func received(_ target: TargetNode, _ stream: [[Double]]) -> [[Double]] {
      guard let patch, patch.target == target else { return stream }
      return patch.writers.reduce(stream) { stream, writer in
        let there = taken(written(writer, patch.source))
        return zip(zip(stream, there), written(writer, trace)).map { pair, here in
          pair.0.indices.map { pair.0[$0] + pair.1[$0] - here[$0] }
        }
      }
    }
    var residual = tokens.enumerated().map { position, token in
      (0..<c.dModel).map { i in
        self[layout.embed, Int(token) * c.dModel + i] + self[layout.positions, position * c.dModel + i]
      }
    }
    for layer in 0..<c.layers {
      trace.residual.append(residual)
      let block = layout.blocks[layer]
      var heads: [[[Double]]] = []
      var patterns: [[[Double]]] = []
      for head in 0..<c.heads {
        let q = project(received(.query(layer: layer, head: head), residual), block.wQ, block.bQ, head)
        let k = project(received(.key(layer: layer, head: head), residual), block.wK, block.bK, head)
        let v = project(received(.value(layer: layer, head: head), residual), block.wV, block.bV, head)
        let pattern = attentionPattern(q, k)
        patterns.append(pattern)
        var z = pattern.map { row in
          (0..<c.dHead).map { d in zip(row, v).reduce(0) { $0 + $1.0 * $1.1[d] } }
        }
        if let other = swaps[.head(layer: layer, head: head)] { z = taken(other.z[layer][head]) }
        if zeroed.contains(.head(layer: layer, head: head)) { z = zeros(z) }
        heads.append(z)
      }
      trace.patterns.append(patterns)
      trace.z.append(heads)
      for position in residual.indices {
        for i in 0..<c.dModel {
          var sum = self[block.bO, i]
          for head in 0..<c.heads {
            for d in 0..<c.dHead {
              sum += heads[head][position][d] * self[block.wO, (head * c.dHead + d) * c.dModel + i]
            }
          }
          residual[position][i] += sum
        }
      }
      trace.middle.append(residual)
      var post = received(.mlp(layer: layer), residual).map { stream in
        (0..<c.dMLP).map { j in
          var sum = self[block.bIn, j]
          for i in 0..<c.dModel { sum += stream[i] * self[block.wIn, i * c.dMLP + j] }
          return activate(sum)
        }
      }
      if let other = swaps[.mlp(layer: layer)] { post = taken(other.post[layer]) }
      if zeroed.contains(.mlp(layer: layer)) { post = zeros(post) }
      trace.post.append(post)
      for position in residual.indices {
        for i in 0..<c.dModel {
          var sum = self[block.bOut, i]
          for j in 0..<c.dMLP { sum += post[position][j] * self[block.wOut, j * c.dModel + i] }
          residual[position][i] += sum
        }
      }
    }
    trace.residual.append(residual)
    trace.logits = received(.output, residual).map { stream in
      (0..<c.outputs).map { o in
        var sum = self[layout.unembedBias, o]
        for i in 0..<c.dModel { sum += stream[i] * self[layout.unembed, i * c.outputs + o] }
        return sum
      }
    }
    return trace
  }

  private subscript(tensor: ParameterLayout.Tensor, index: Int) -> Double {
    values[tensor.offset + index]
  }

  /// What a writer writes to the residual stream, without biases; [position][dModel].
  private func written(_ writer: SourceNode, _ trace: Trace) -> [[Double]] {
    func row(_ tensor: ParameterLayout.Tensor, _ index: Int) -> [Double] {
      (0..<config.dModel).map { self[tensor, index * config.dModel + $0] }
    }
    func sum(_ activation: [[Double]], _ tensor: ParameterLayout.Tensor, from first: Int) -> [[Double]] {
      activation.map { x in
        (0..<config.dModel).map { i in
          x.indices.reduce(0) { $0 + x[$1] * self[tensor, (first + $1) * config.dModel + i] }
        }
      }
    }
    switch writer {
    case .embed: return trace.tokens.map { row(layout.embed, Int($0)) }
    case .positionEmbed: return trace.tokens.indices.map { row(layout.positions, $0) }
    case .head(let layer, let head):
      return sum(trace.z[layer][head], layout.blocks[layer].wO, from: head * config.dHead)
    case .mlp(let layer): return sum(trace.post[layer], layout.blocks[layer].wOut, from: 0)
    }
  }

  /// residual W + b of one head; [position][dHead].
  private func project(
    _ residual: [[Double]], _ weight: ParameterLayout.Tensor, _ bias: ParameterLayout.Tensor, _ head: Int
  ) -> [[Double]] {
    residual.map { stream in
      (0..<config.dHead).map { d in
        var sum = self[bias, head * config.dHead + d]
        for i in 0..<config.dModel {
          sum += stream[i] * self[weight, (head * config.dModel + i) * config.dHead + d]
        }
        return sum
      }
    }
  }

  /// softmax over the keys of q · k / √dHead; a causal query sees the keys up to its own position.
  private func attentionPattern(_ q: [[Double]], _ k: [[Double]]) -> [[Double]] {
    q.indices.map { p in
      let scores = k.indices.map { r -> Double in
        if config.causal && r > p { return -.infinity }
        return zip(q[p], k[r]).reduce(0) { $0 + $1.0 * $1.1 } / Double(config.dHead).squareRoot()
      }
      let greatest = scores.max() ?? 0
      let exponentials = scores.map { exp($0 - greatest) }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { $0 / sum }
    }
  }

  private func activate(_ x: Double) -> Double {
    switch config.activation {
    case .relu: max(0, x)
    case .gelu: x * 0.5 * erfc(-x / 2.0.squareRoot())
    }
  }
}
