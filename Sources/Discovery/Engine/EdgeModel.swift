import Transformer

/// A transformer as a linear map from what its nodes write to what its nodes read, and the nodes between.
///
/// What the sources write at a position is stacked into one column: embedding and position embedding
/// (dModel rows each), then layer by layer the heads' mixed values z (dHead rows a head) and the MLP's output
/// with its bias (dModel rows). A ``Stage`` reads a prefix of that stack. Because attention's queries, keys and
/// values, the MLP's input and the logits are all linear in the residual stream, an edge is a block of its
/// stage's matrix, and cutting edges is setting blocks to zero: one product applies a whole layer's mask.
final class EdgeModel {
  let config: TransformerConfig
  let graph: EdgeGraph
  /// Attention and MLP of each layer in turn, then the output.
  let stages: [Stage]
  /// [dModel + 1, dMLP] of each layer, the bias as last row.
  let mlpIn: [UnsafeMutablePointer<Float>]
  /// [dMLP + 1, dModel] of each layer, the bias as last row.
  let mlpOut: [UnsafeMutablePointer<Float>]
  /// [vocabulary, dModel]
  let embed: [Float]
  /// [context, dModel]
  let positions: [Float]
  /// The first row of each source in the stack, and the number of rows at the end.
  let rowStarts: [Int]
  private let arena = Arena()

  /// The targets that read at the same time, as columns of one matrix.
  struct Stage {
    /// Numbers of the targets.
    let targets: Range<Int>
    /// Columns of each target.
    let width: Int
    /// How many sources, the first ones, come before.
    let sources: Int
    /// Their rows in the stack.
    let rows: Int
    /// [rows, outputs], all edges in place.
    let weights: UnsafeMutablePointer<Float>
    /// [outputs]: what the targets receive from no node.
    let bias: UnsafeMutablePointer<Float>

    var outputs: Int { targets.count * width }

    /// The first column of a target.
    func column(of target: Int) -> Int { (target - targets.lowerBound) * width }
  }

  init(_ parameters: Parameters) {
    let c = parameters.config
    config = c
    graph = EdgeGraph(c)
    var starts = [0]
    for source in graph.sources {
      if case .head = source {
        starts.append(starts[starts.count - 1] + c.dHead)
      } else {
        starts.append(starts[starts.count - 1] + c.dModel)
      }
    }
    rowStarts = starts
    embed = Array(parameters[parameters.layout.embed])
    positions = Array(parameters[parameters.layout.positions])

    let reader = StackReader(parameters, graph, rowStarts)
    let arena = arena
    let graph = graph
    func stage(
      _ target: Int, _ count: Int, _ matrix: [[Double]], bias: [Double], width: Int, attentionLayers: Int
    ) -> Stage {
      let sources = graph.edges(into: target).count
      let (weights, constants) = reader.compose(
        sources: sources, matrix: matrix, bias: bias, attentionLayers: attentionLayers)
      return Stage(
        targets: target..<target + count, width: width, sources: sources, rows: starts[sources],
        weights: arena.copy(weights), bias: arena.copy(constants))
    }
    var stages: [Stage] = []
    let perLayer = 3 * c.heads + 1
    for layer in 0..<c.layers {
      let (projection, bias) = reader.attentionInput(layer)
      stages.append(
        stage(
          layer * perLayer, 3 * c.heads, projection, bias: bias, width: c.dHead, attentionLayers: layer))
      let identity = (0..<c.dModel).map { i in (0..<c.dModel).map { i == $0 ? 1.0 : 0 } }
      stages.append(
        stage(
          layer * perLayer + 3 * c.heads, 1, identity, bias: [Double](repeating: 0, count: c.dModel),
          width: c.dModel, attentionLayers: layer + 1))
    }
    let (unembed, bias) = reader.unembedding()
    stages.append(
      stage(
        c.layers * perLayer, 1, unembed, bias: bias, width: c.outputs, attentionLayers: c.layers))
    self.stages = stages
    mlpIn = (0..<c.layers).map { layer in
      let block = parameters.layout.blocks[layer]
      return arena.copy(Array(parameters[block.wIn]) + Array(parameters[block.bIn]))
    }
    mlpOut = (0..<c.layers).map { layer in
      let block = parameters.layout.blocks[layer]
      return arena.copy(Array(parameters[block.wOut]) + Array(parameters[block.bOut]))
    }
  }

  /// Rows of the whole stack.
  var stackRows: Int { rowStarts[graph.sources.count] }

  /// A source's rows in the stack.
  func rows(_ source: Int) -> Range<Int> { rowStarts[source]..<rowStarts[source + 1] }

  func attentionStage(_ layer: Int) -> Stage { stages[2 * layer] }
  func mlpStage(_ layer: Int) -> Stage { stages[2 * layer + 1] }
  var outputStage: Stage { stages[2 * config.layers] }

  /// The stage that a target belongs to.
  func stageIndex(of target: Int) -> Int {
    stages.firstIndex { $0.targets.contains(target) } ?? stages.count - 1
  }
}

/// Reads a transformer's weights as maps from its stack of sources.
private struct StackReader {
  let parameters: Parameters
  let graph: EdgeGraph
  let rowStarts: [Int]

  init(_ parameters: Parameters, _ graph: EdgeGraph, _ rowStarts: [Int]) {
    self.parameters = parameters
    self.graph = graph
    self.rowStarts = rowStarts
  }

  private var c: TransformerConfig { parameters.config }

  private func value(_ tensor: ParameterLayout.Tensor, _ index: Int) -> Double {
    Double(parameters.values[tensor.offset + index])
  }

  /// W_Q, W_K and W_V of a layer as columns (head, q or k or v, dHead); [dModel][columns] and [columns].
  func attentionInput(_ layer: Int) -> ([[Double]], [Double]) {
    let block = parameters.layout.blocks[layer]
    let inputs = [(block.wQ, block.bQ), (block.wK, block.bK), (block.wV, block.bV)]
    var bias: [Double] = []
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
  func unembedding() -> ([[Double]], [Double]) {
    let matrix = (0..<c.dModel).map { row in
      (0..<c.outputs).map { value(parameters.layout.unembed, row * c.outputs + $0) }
    }
    return (matrix, (0..<c.outputs).map { value(parameters.layout.unembedBias, $0) })
  }

  /// The map from the stack that reads the residual stream through `matrix` ([dModel][columns]): heads pass
  /// W_O first. The attention biases b_O of the layers before belong to no source, so they join the bias.
  func compose(sources: Int, matrix: [[Double]], bias: [Double], attentionLayers: Int)
    -> (weights: [Float], bias: [Float])
  {
    let columns = bias.count
    var weights: [Float] = []
    for source in graph.sources[..<sources] {
      switch source {
      case .embed, .positionEmbed, .mlp:
        for row in matrix { weights += row.map(Float.init) }
      case .head(let layer, let head):
        let wO = parameters.layout.blocks[layer].wO
        for d in 0..<c.dHead {
          var row = [Double](repeating: 0, count: columns)
          for (i, stream) in matrix.enumerated() {
            let factor = value(wO, (head * c.dHead + d) * c.dModel + i)
            for j in 0..<columns { row[j] += factor * stream[j] }
          }
          weights += row.map(Float.init)
        }
      }
    }
    var constants = bias
    for layer in 0..<attentionLayers {
      let bO = parameters.layout.blocks[layer].bO
      for (i, stream) in matrix.enumerated() {
        for j in 0..<columns { constants[j] += value(bO, i) * stream[j] }
      }
    }
    return (weights, constants.map(Float.init))
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
