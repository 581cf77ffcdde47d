import Transformer

/// A forward pass of one block of inputs under an edge mask, and the backward pass to the mask.
///
/// Every target receives what all edges carry if they are ablated and, for each source, the difference
/// between its clean and its ablated activation times the edge's mask.
final class MaskedRun {
  let model: EdgeModel
  private let nodes: NodeKernel
  private let arena = Arena()
  private let stackBase, dStackBase, mixtureBase, dInputBase: UnsafeMutablePointer<Float>
  private let inputBases, derivativeBases: [UnsafeMutablePointer<Float>]
  private let patterns: [UnsafeMutablePointer<Vector>]

  init(_ model: EdgeModel) {
    self.model = model
    let c = model.config
    let columns = c.context * laneCount
    nodes = NodeKernel(model)
    stackBase = arena.floats(model.stackChannels * columns)
    dStackBase = arena.floats(model.stackChannels * columns)
    mixtureBase = arena.floats(3 * c.heads * c.dModel * columns)
    let arena = arena
    inputBases = model.stages.map { arena.floats($0.outputs * columns) }
    dInputBase = arena.floats((model.stages.map(\.outputs).max() ?? 0) * columns)
    derivativeBases = (0..<c.layers).map { _ in arena.floats(c.dMLP * columns) }
    patterns = (0..<c.layers).map { _ in arena.vectors(c.heads * c.context * c.context) }
  }

  private func tile(_ base: UnsafeMutablePointer<Float>, _ block: PreparedBlock) -> Tile {
    tile(base, block.positions)
  }

  private func tile(_ base: UnsafeMutablePointer<Float>, _ positions: Int) -> Tile {
    Tile(base: base, stride: positions * laneCount)
  }

  /// Activations minus ablated ones in the last pass, source by source.
  func stack(_ block: PreparedBlock) -> Tile { tile(stackBase, block) }

  /// What the targets of a stage received and projected in the last pass.
  func stageInputs(_ stage: Int, _ block: PreparedBlock) -> Tile { tile(inputBases[stage], block) }

  /// The logits of the last pass.
  func logits(_ block: PreparedBlock) -> Tile { logits(positions: block.positions) }

  func logits(positions: Int) -> Tile { tile(inputBases[inputBases.count - 1], positions) }

  /// Where to put the gradient of the logits before ``backward(_:_:gradient:activations:)``.
  func slopes(_ block: PreparedBlock) -> Tile { tile(dInputBase, block) }

  /// Runs a block's clean input under a mask.
  ///
  /// - Parameter embedding: how far both embeddings are from the ablated ones (0) to the clean ones (1).
  func forward(_ block: PreparedBlock, _ mask: EdgeMask, embedding: Float = 1) {
    let stack = stack(block)
    let dModel = model.config.dModel
    stack.copy(block.difference, channels: 2 * dModel)
    if embedding != 1 { stack.scale(by: embedding, channels: 2 * dModel) }
    pass(block.positions, mask, ablating: block)
  }

  /// Runs tokens without any ablation and stores every source's activation in `activations`.
  ///
  /// - Parameter tokens: by column, of inputs of one length
  func runPlainly(_ tokens: [Int32], positions: Int, _ intact: EdgeMask, into activations: Tile) {
    let stack = tile(stackBase, positions)
    let dModel = model.config.dModel
    for channel in 0..<dModel {
      let token = stack.row(channel)
      let place = stack.row(dModel + channel)
      for column in 0..<positions * laneCount {
        token[column] = model.embed[Int(tokens[column]) * dModel + channel]
        place[column] = model.positions[column / laneCount * dModel + channel]
      }
    }
    pass(positions, intact, ablating: nil)
    activations.copy(stack, channels: model.stackChannels)
  }

  /// - Parameter block: has the ablated activations; nil if there are none
  private func pass(_ positions: Int, _ mask: EdgeMask, ablating block: PreparedBlock?) {
    let c = model.config
    let stack = tile(stackBase, positions)
    for (index, stage) in model.stages.enumerated() {
      let inputs = tile(inputBases[index], positions)
      if let block {
        inputs.copy(block.fixed[index], channels: stage.outputs)
      } else {
        inputs.fill(stage.bias, channels: stage.outputs)
      }
      receive(stage, mask, stack, into: inputs)
      guard stage.targets.upperBound < model.graph.targets.count else { break }
      let layer = index / 2
      if index.isMultiple(of: 2) {
        for head in 0..<c.heads {
          let source = model.graph.index(of: .head(layer: layer, head: head))
          nodes.attend(
            inputs, layer: layer, head: head, out: model.tile(source, of: stack),
            ablated: block.map { model.tile(source, of: $0.ablated) }, pattern: pattern(layer, head))
        }
      } else {
        let source = model.graph.index(of: .mlp(layer: layer))
        nodes.transform(
          inputs, layer: layer, out: model.tile(source, of: stack),
          ablated: block.map { model.tile(source, of: $0.ablated) },
          derivative: tile(derivativeBases[layer], positions))
      }
    }
  }

  /// Adds to a stage's inputs what its targets receive from the stack.
  private func receive(_ stage: EdgeModel.Stage, _ mask: EdgeMask, _ stack: Tile, into inputs: Tile) {
    let dModel = model.config.dModel
    let mixtures = Tile(base: mixtureBase, stride: stack.stride)
    if mask.isUniform(stage) {
      mix(mask.part(stage), mixtures: 1, sources: stage.sources, stack, into: mixtures, channels: dModel)
      product(stage.weights, mixtures, rows: dModel, into: inputs, outputs: stage.outputs, adding: true)
      return
    }
    mix(
      mask.part(stage), mixtures: stage.targets.count, sources: stage.sources, stack, into: mixtures,
      channels: dModel)
    for target in stage.targets.indices {
      let place = target - stage.targets.lowerBound
      partialProduct(
        stage.weights + place * stage.width, stride: stage.outputs, mixtures.from(place * dModel),
        rows: dModel, into: inputs.from(place * stage.width), outputs: stage.width, adding: true)
    }
  }

  private func pattern(_ layer: Int, _ head: Int) -> UnsafeMutablePointer<Vector> {
    patterns[layer] + head * model.config.context * model.config.context
  }

  /// Adds to `gradient` the gradient of the loss with respect to the mask, from that of the logits in
  /// ``slopes(_:)``.
  ///
  /// - Parameter activations: what the mask multiplies, source by source; nil for those of the last pass.
  func backward(
    _ block: PreparedBlock, _ mask: EdgeMask, gradient: EdgeMask, activations: Tile? = nil
  ) {
    let c = model.config
    let activations = activations ?? stack(block)
    let dStack = tile(dStackBase, block)
    let dInputs = tile(dInputBase, block)
    let dMixtures = tile(mixtureBase, block)
    for (index, stage) in model.stages.enumerated().reversed() {
      let layer = index / 2
      let isOutput = index == model.stages.count - 1
      if !isOutput {
        if index.isMultiple(of: 2) {
          for head in 0..<c.heads {
            let source = model.graph.index(of: .head(layer: layer, head: head))
            nodes.attendBackward(
              tile(inputBases[index], block), layer: layer, head: head, dOut: model.tile(source, of: dStack),
              dInputs: dInputs, pattern: pattern(layer, head))
          }
        } else {
          let source = model.graph.index(of: .mlp(layer: layer))
          nodes.transformBackward(
            layer: layer, dOut: model.tile(source, of: dStack), dInput: dInputs,
            derivative: tile(derivativeBases[layer], block))
        }
      }
      for place in 0..<stage.targets.count {
        partialInputGradient(
          stage.weights + place * stage.width, stride: stage.outputs, dInputs.from(place * stage.width),
          outputs: stage.width, into: dMixtures.from(place * c.dModel), rows: c.dModel)
      }
      addMixGradient(
        activations, sources: stage.sources, dMixtures, mixtures: stage.targets.count, channels: c.dModel,
        into: gradient.part(stage))
      mixInputGradient(
        mask.part(stage), mixtures: stage.targets.count, sources: stage.sources, dMixtures, into: dStack,
        channels: c.dModel, adding: !isOutput)
    }
  }
}
