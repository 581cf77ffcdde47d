import Transformer

/// A transformer as an edge graph: stages that read mixtures of what the sources before them wrote.
///
/// What each source writes to the residual stream is a tile of dModel channels. The tiles of all sources, one
/// after another in the order of computation, are the stack. What a target receives is a mixture of the tiles
/// before it, so what all targets of a layer receive under any edge mask is one matrix product. The stage's
/// weights then project each target's mixture to queries, keys and values, to the MLP's input, or to logits.
final class EdgeModel {
  let config: TransformerConfig
  let graph: EdgeGraph
  /// Attention and MLP of each layer in turn, then the output.
  let stages: [Stage]
  /// [dHead, dModel] of each head, layer by layer.
  let headOut: [[UnsafeMutablePointer<Float>]]
  /// [dModel + 1, dMLP] of each layer, with the bias as the last row.
  let mlpIn: [UnsafeMutablePointer<Float>]
  /// [dMLP + 1, dModel] of each layer, with the bias as the last row.
  let mlpOut: [UnsafeMutablePointer<Float>]
  /// [dModel] of each layer: what an MLP writes when its hidden layer is zero.
  let mlpOutBias: [UnsafeMutablePointer<Float>]
  /// [vocabulary, dModel]
  let embed: [Float]
  /// [context, dModel]
  let positions: [Float]
  private let arena = Arena()

  /// The targets that read at the same point of the computation.
  struct Stage {
    /// Numbers of the targets.
    let targets: Range<Int>
    /// The first target's first edge; each target has as many edges as there are sources.
    let firstEdge: Int
    /// The number of sources that come before.
    let sources: Int
    /// The number of values that each target computes from its mixture.
    let width: Int
    /// [dModel, outputs]: target by target.
    let weights: UnsafeMutablePointer<Float>
    /// [outputs]: what the targets receive from no node, including the attention biases before them.
    let bias: UnsafeMutablePointer<Float>

    var outputs: Int { targets.count * width }

    /// A target's first value.
    func column(of target: Int) -> Int { (target - targets.lowerBound) * width }
  }

  init(_ parameters: Parameters) {
    let c = parameters.config
    config = c
    graph = EdgeGraph(c)
    let graph = graph
    let arena = arena
    let reader = WeightReader(parameters)
    func stage(_ first: Int, _ count: Int, _ matrix: [[Float]], bias: [Float], attentionLayers: Int) -> Stage
    {
      let edges = graph.edges(into: first)
      return Stage(
        targets: first..<first + count, firstEdge: edges.lowerBound, sources: edges.count,
        width: bias.count / count, weights: arena.copy(matrix.flatMap { $0 }),
        bias: arena.copy(reader.add(attentionBiases: attentionLayers, through: matrix, to: bias)))
    }
    var stages: [Stage] = []
    let perLayer = 3 * c.heads + 1
    let identity = (0..<c.dModel).map { i in (0..<c.dModel).map { i == $0 ? Float(1) : 0 } }
    for layer in 0..<c.layers {
      let (projection, bias) = reader.attentionInput(layer)
      stages.append(stage(layer * perLayer, 3 * c.heads, projection, bias: bias, attentionLayers: layer))
      stages.append(
        stage(
          layer * perLayer + 3 * c.heads, 1, identity, bias: [Float](repeating: 0, count: c.dModel),
          attentionLayers: layer + 1))
    }
    let (unembed, bias) = reader.unembedding()
    stages.append(stage(c.layers * perLayer, 1, unembed, bias: bias, attentionLayers: c.layers))
    self.stages = stages

    func tensors(_ of: (ParameterLayout.Block) -> [ParameterLayout.Tensor]) -> [UnsafeMutablePointer<Float>] {
      parameters.layout.blocks.map { block in arena.copy(of(block).flatMap { Array(parameters[$0]) }) }
    }
    headOut = tensors { [$0.wO] }.map { wO in (0..<c.heads).map { wO + $0 * c.dHead * c.dModel } }
    mlpIn = tensors { [$0.wIn, $0.bIn] }
    mlpOut = tensors { [$0.wOut, $0.bOut] }
    mlpOutBias = mlpOut.map { $0 + c.dMLP * c.dModel }
    embed = Array(parameters[parameters.layout.embed])
    positions = Array(parameters[parameters.layout.positions])
  }

  /// Channels of the whole stack.
  var stackChannels: Int { graph.sources.count * config.dModel }

  /// The stage that a target belongs to.
  func stageIndex(of target: Int) -> Int {
    stages.firstIndex { $0.targets.contains(target) } ?? stages.count - 1
  }

  /// A source's tile in a stack.
  func tile(_ source: Int, of stack: Tile) -> Tile { stack.from(source * config.dModel) }
}

/// Reads a transformer's weights as maps from the residual stream.
private struct WeightReader {
  let parameters: Parameters

  init(_ parameters: Parameters) { self.parameters = parameters }

  private var c: TransformerConfig { parameters.config }

  private func value(_ tensor: ParameterLayout.Tensor, _ index: Int) -> Float {
    parameters.values[tensor.offset + index]
  }

  /// W_Q, W_K and W_V of a layer as columns (head, q or k or v, dHead); [dModel][columns] and [columns].
  func attentionInput(_ layer: Int) -> ([[Float]], [Float]) {
    let block = parameters.layout.blocks[layer]
    let inputs = [(block.wQ, block.bQ), (block.wK, block.bK), (block.wV, block.bV)]
    var bias: [Float] = []
    for head in 0..<c.heads {
      for (_, b) in inputs { bias += (0..<c.dHead).map { value(b, head * c.dHead + $0) } }
    }
    let matrix = (0..<c.dModel).map { row in
      (0..<c.heads).flatMap { head in
        inputs.flatMap { w, _ in
          (0..<c.dHead).map { value(w, (head * c.dModel + row) * c.dHead + $0) }
        }
      }
    }
    return (matrix, bias)
  }

  /// W_U as [dModel][outputs], and b_U.
  func unembedding() -> ([[Float]], [Float]) {
    let matrix = (0..<c.dModel).map { row in
      (0..<c.outputs).map { value(parameters.layout.unembed, row * c.outputs + $0) }
    }
    return (matrix, (0..<c.outputs).map { value(parameters.layout.unembedBias, $0) })
  }

  /// Adds to a bias the contribution of the attention biases b_O of the earlier layers, which belong to no
  /// source.
  func add(attentionBiases layers: Int, through matrix: [[Float]], to bias: [Float]) -> [Float] {
    var sums = bias.map(Double.init)
    for layer in 0..<layers {
      let bO = parameters.layout.blocks[layer].bO
      for (i, row) in matrix.enumerated() {
        for j in sums.indices { sums[j] += Double(value(bO, i)) * Double(row[j]) }
      }
    }
    return sums.map(Float.init)
  }
}

extension Arena {
  /// A copy that lives as long as the arena.
  func copy(_ values: [Float]) -> UnsafeMutablePointer<Float> {
    let pointer = floats(values.count)
    values.withUnsafeBufferPointer { buffer in
      if let base = buffer.baseAddress { pointer.update(from: base, count: values.count) }
    }
    return pointer
  }

  /// A tile of zeros.
  func tile(channels: Int, positions: Int) -> Tile {
    Tile(base: floats(channels * positions * laneCount), stride: positions * laneCount)
  }
}
