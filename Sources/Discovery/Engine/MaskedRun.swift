import Transformer

/// A forward pass of one block of inputs under an edge mask, and the way back to the mask.
///
/// Every target receives what all edges carry when ablated, plus each source's difference from that times the
/// edge's mask: fixed + (weights ⊙ mask)ᵀ · (activations - ablated).
final class MaskedRun {
  let model: EdgeModel
  private let nodes: NodeKernel
  private let arena = Arena()
  private let stackBase, dStackBase, dPostBase: UnsafeMutablePointer<Float>
  private let inputBases, derivativeBases: [UnsafeMutablePointer<Float>]
  private let dInputBase: UnsafeMutablePointer<Float>
  private let patterns: [UnsafeMutablePointer<Vector>]
  private let row: UnsafeMutablePointer<Vector>

  init(_ model: EdgeModel) {
    self.model = model
    let c = model.config
    let columns = c.context * laneCount
    nodes = NodeKernel(model)
    stackBase = arena.floats(model.stackRows * columns)
    dStackBase = arena.floats(model.stackRows * columns)
    dPostBase = arena.floats(c.dMLP * columns)
    let arena = arena
    inputBases = model.stages.map { arena.floats($0.outputs * columns) }
    dInputBase = arena.floats((model.stages.map(\.outputs).max() ?? 0) * columns)
    derivativeBases = (0..<c.layers).map { _ in arena.floats(c.dMLP * columns) }
    patterns = (0..<c.layers).map { _ in arena.vectors(c.heads * c.context * c.context) }
    row = arena.vectors(c.context)
  }

  private func tile(_ base: UnsafeMutablePointer<Float>, _ block: PreparedBlock) -> Tile {
    Tile(base: base, stride: block.positions * laneCount)
  }

  /// Activations less ablated ones of the last pass, by rows of the stack.
  func stack(_ block: PreparedBlock) -> Tile { tile(stackBase, block) }

  /// What the targets of a stage received in the last pass.
  func stageInputs(_ stage: Int, _ block: PreparedBlock) -> Tile { tile(inputBases[stage], block) }

  /// The last pass's logits.
  func logits(_ block: PreparedBlock) -> Tile { stageInputs(inputBases.count - 1, block) }

  /// Where the slopes by the logits go before ``backward(_:_:gradient:activations:)``.
  func slopes(_ block: PreparedBlock) -> Tile { tile(dInputBase, block) }

  /// Runs a block's clean input under a mask.
  ///
  /// - Parameter embedding: how far the token embedding is from the ablated one (0) to the clean one (1).
  func forward(_ block: PreparedBlock, _ weights: MaskedWeights, embedding: Float = 1) {
    let stack = stack(block)
    let firstHead = model.rowStarts[2]
    stack.copy(block.difference, channels: firstHead)
    if embedding != 1 { stack.scale(by: embedding, channels: model.rowStarts[1]) }
    pass(block, weights, fixed: { block.fixed[$0] }, ablated: block.ablated)
  }

  /// Runs tokens without any ablation and leaves every source's activation in `activations`.
  func runPlainly(
    _ block: PreparedBlock, tokens: [Int32], _ intact: MaskedWeights, into activations: Tile
  ) {
    let stack = stack(block)
    let dModel = model.config.dModel
    for channel in 0..<dModel {
      let token = stack.row(channel)
      let place = stack.row(dModel + channel)
      for column in 0..<block.positions * laneCount {
        token[column] = model.embed[Int(tokens[column]) * dModel + channel]
        place[column] = model.positions[column / laneCount * dModel + channel]
      }
    }
    pass(block, intact, fixed: nil, ablated: nil)
    activations.copy(stack, channels: model.stackRows)
  }

  private func pass(
    _ block: PreparedBlock, _ weights: MaskedWeights, fixed: ((Int) -> Tile)?, ablated: Tile?
  ) {
    let c = model.config
    let stack = stack(block)
    for (index, stage) in model.stages.enumerated() {
      let inputs = tile(inputBases[index], block)
      if let fixed {
        inputs.copy(fixed(index), channels: stage.outputs)
      } else {
        inputs.fill(stage.bias, channels: stage.outputs)
      }
      product(
        weights.stages[index], stack, rows: stage.rows, into: inputs, outputs: stage.outputs, adding: true)
      let layer = index / 2
      guard layer < c.layers else { break }
      if index.isMultiple(of: 2) {
        for head in 0..<c.heads {
          let rows = model.rows(model.graph.index(of: .head(layer: layer, head: head)))
          let z = stack.from(rows.lowerBound)
          nodes.attend(
            inputs, head: head, positions: block.positions, z: z,
            pattern: pattern(layer, head))
          if let ablated { z.subtract(ablated.from(rows.lowerBound), channels: rows.count) }
        }
      } else {
        let rows = model.rows(model.graph.index(of: .mlp(layer: layer)))
        let out = stack.from(rows.lowerBound)
        nodes.transform(inputs, layer: layer, out: out, derivative: tile(derivativeBases[layer], block))
        if let ablated { out.subtract(ablated.from(rows.lowerBound), channels: rows.count) }
      }
    }
  }

  private func pattern(_ layer: Int, _ head: Int) -> UnsafeMutablePointer<Vector> {
    patterns[layer] + head * model.config.context * model.config.context
  }

  /// Adds to `gradient` the loss's slopes by the mask, from those by the logits in ``slopes(_:)``.
  ///
  /// - Parameter activations: what the mask multiplies, by rows of the stack; nil for the last pass's own.
  func backward(
    _ block: PreparedBlock, _ weights: MaskedWeights, gradient: MaskGradient, activations: Tile? = nil
  ) {
    let c = model.config
    let width = 3 * c.dHead
    let activations = activations ?? stack(block)
    let dStack = tile(dStackBase, block)
    let dInputs = tile(dInputBase, block)
    let dPost = tile(dPostBase, block)
    for (index, stage) in model.stages.enumerated().reversed() {
      let layer = index / 2
      if layer < c.layers {
        if index.isMultiple(of: 2) {
          let inputs = tile(inputBases[index], block)
          for head in 0..<c.heads {
            let q = inputs.from(head * width)
            let dq = dInputs.from(head * width)
            let rows = model.rows(model.graph.index(of: .head(layer: layer, head: head)))
            nodes.attention.backward(
              positions: block.positions, q: q, k: q.from(c.dHead), v: q.from(2 * c.dHead),
              pattern: pattern(layer, head), dz: dStack.from(rows.lowerBound), dq: dq,
              dk: dq.from(c.dHead), dv: dq.from(2 * c.dHead), scratch: row)
          }
        } else {
          let rows = model.rows(model.graph.index(of: .mlp(layer: layer)))
          inputGradient(
            model.mlpOut[layer], dStack.from(rows.lowerBound), outputs: c.dModel, into: dPost, rows: c.dMLP)
          nodes.activation.backward(tile(derivativeBases[layer], block), dPost, channels: c.dMLP)
          inputGradient(model.mlpIn[layer], dPost, outputs: c.dMLP, into: dInputs, rows: c.dModel)
        }
      }
      addWeightGradient(
        activations, rows: stage.rows, dInputs, outputs: stage.outputs, into: gradient.stages[index])
      inputGradient(
        weights.stages[index], dInputs, outputs: stage.outputs, into: dStack, rows: stage.rows,
        adding: layer < c.layers)
    }
  }
}
