/// One block of sequences of a ``SwappedRun``: run on the base block's inputs, with some components'
/// activations taken from the source block, lane by lane.
package struct SwappedBlock: Sendable {
  /// Blocks of the plain run, of equal length.
  package var base: Int
  package var source: Int
  package var components: ComponentSet

  package init(base: Int, source: Int, components: ComponentSet) {
    self.base = base
    self.source = source
    self.components = components
  }
}

/// A forward pass with interventions, and its way back.
///
/// Only what lies behind the first swapped component is computed: a block enters with activations of the
/// plain run. Blocks are sorted by where they enter, so those at work in a layer are always the first
/// columns. A block enters layer L in one of two ways. With heads swapped, its residual stream and z come
/// from the base and the swapped heads' z from the source. With the MLP as first swapped component, the
/// residual stream after the layer is the base's between attention and MLP plus the source's MLP output.
package final class SwappedRun {
  let config: TransformerConfig
  package private(set) var layout = BlockLayout()
  package let activations: RunActivations
  /// In the order of ``layout``: sorted by stage of entry.
  package private(set) var swaps: [SwappedBlock] = []
  /// For each block in the order given to ``begin(_:over:)``, its place in ``layout``.
  package private(set) var places: [Int] = []
  private var stages: [Int] = []
  private var order: [Int] = []

  package init(config: TransformerConfig, columns: Int, patterns: Int) {
    self.config = config
    activations = RunActivations(config: config, columns: columns, patterns: patterns)
  }

  package var byteCount: Int { activations.arena.byteCount }

  /// Sets what the next pass swaps. Every block must swap at least one component.
  package func begin(_ blocks: [SwappedBlock], over plain: PlainRun) {
    order = Array(blocks.indices)
    order.sort { (blocks[$0].components.firstStage, $0) < (blocks[$1].components.firstStage, $1) }
    places = [Int](repeating: 0, count: blocks.count)
    swaps.removeAll(keepingCapacity: true)
    stages.removeAll(keepingCapacity: true)
    layout = BlockLayout()
    for (place, index) in order.enumerated() {
      let block = blocks[index]
      precondition(!block.components.isEmpty)
      let positions = plain.layout.blocks[block.base].positions
      precondition(plain.layout.blocks[block.source].positions == positions)
      places[index] = place
      swaps.append(block)
      stages.append(block.components.firstStage)
      layout.append(positions: positions)
    }
    precondition(
      layout.columns <= activations.columnCapacity && layout.patterns <= activations.patternCapacity)
  }

  /// Blocks that entered at or before a stage.
  private func entered(by stage: Int) -> Int { stages.firstIndex { $0 > stage } ?? stages.count }

  private func columns(_ blocks: Int) -> Int {
    blocks == 0 ? 0 : layout.blocks[blocks - 1].columns.upperBound
  }

  private func headChannels(_ head: Int) -> Range<Int> {
    head * config.dHead..<(head + 1) * config.dHead
  }

  package func forward(_ weights: WeightBuffer, over plain: PlainRun) {
    let from = plain.activations
    let width = 0..<config.dModel
    for layer in 0..<config.layers {
      let pass = LayerPass(config, weights.layout, layer: layer)
      let before = entered(by: 2 * layer - 1)
      let active = entered(by: 2 * layer)
      let after = entered(by: 2 * layer + 1)
      if before > 0 {
        pass.attend(
          weights, activations, blocks: layout.blocks[..<before], columns: columns(before),
          skip: { swaps[$0].components.contains(head: $1, layer: layer) })
      }
      for index in 0..<active {
        let block = layout.blocks[index]
        let swap = swaps[index]
        let base = plain.layout.blocks[swap.base]
        let source = plain.layout.blocks[swap.source]
        if index >= before {
          copy(from.residual[layer], base, to: activations.residual[layer], block, channels: width)
        }
        for head in 0..<config.heads {
          if swap.components.contains(head: head, layer: layer) {
            copy(from.z[layer], source, to: activations.z[layer], block, channels: headChannels(head))
          } else if index >= before {
            copy(from.z[layer], base, to: activations.z[layer], block, channels: headChannels(head))
          }
        }
      }
      if active > 0 { pass.mixAndTransform(weights, activations, columns: columns(active)) }
      for index in 0..<after where swaps[index].components.containsMLP(layer: layer) {
        let block = layout.blocks[index]
        let source = plain.layout.blocks[swaps[index].source]
        let base = plain.layout.blocks[swaps[index].base]
        let entering = index >= active
        let middle = entering ? from.middle[layer] : activations.middle[layer]
        replaceMLP(
          middle, entering ? base : block, from, source, into: activations.residual[layer + 1], block,
          layer: layer)
      }
    }
    unembed(weights, activations, config, columns: layout.columns)
  }

  /// after = middle + the source's MLP output, which is its residual stream after the layer less that between.
  private func replaceMLP(
    _ middle: ChannelMatrix, _ middleBlock: Block, _ from: RunActivations, _ source: Block,
    into after: ChannelMatrix, _ block: Block, layer: Int
  ) {
    for channel in 0..<config.dModel {
      let own = middle.vectors(channel, middleBlock.column)
      let high = from.residual[layer + 1].vectors(channel, source.column)
      let low = from.middle[layer].vectors(channel, source.column)
      let result = after.vectors(channel, block.column)
      for i in 0..<block.positions { result[i] = own[i] + (high[i] - low[i]) }
    }
  }

  /// Adds to `gradient` the gradient of the loss whose slopes by the logits are `dLogits`, and leaves with
  /// `plain` those of the activations taken from it; those of the source only if `throughSource`.
  func backward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, dLogits: ChannelMatrix, _ scratch: GradientScratch,
    over plain: PlainRun, throughSource: Bool
  ) {
    guard let received = plain.received else {
      preconditionFailure("the plain run was made without room for gradients")
    }
    let d = scratch.dResidual
    let width = 0..<config.dModel
    unembedBackward(
      weights, gradient, activations, config, dLogits: dLogits, d, columns: layout.columns)
    for layer in (0..<config.layers).reversed() {
      let pass = LayerPass(config, weights.layout, layer: layer)
      let before = entered(by: 2 * layer - 1)
      let active = entered(by: 2 * layer)
      let after = entered(by: 2 * layer + 1)
      var dOut = d
      if swaps[..<active].contains(where: { $0.components.containsMLP(layer: layer) }) {
        dOut = scratch.dOut
        copy(d, to: dOut, channels: config.dModel, columns: columns(active))
      }
      for index in 0..<after where swaps[index].components.containsMLP(layer: layer) {
        let block = layout.blocks[index]
        received.noteMLP(layer, columns: plain.layout.columns)
        if throughSource {
          add(
            d, block, to: received.mlpOut[layer], plain.layout.blocks[swaps[index].source],
            channels: width)
        }
        if index >= active {
          add(
            d, block, to: received.middle[layer], plain.layout.blocks[swaps[index].base],
            channels: width)
        } else {
          clear(dOut, block, channels: width)
        }
      }
      guard active > 0 else { continue }
      pass.transformBackward(
        weights, gradient, activations, dOut: dOut, dMiddle: d, dPost: scratch.dPost,
        columns: columns(active))
      pass.mixBackward(
        weights, gradient, activations, dMiddle: d, dz: scratch.dz, columns: columns(active))
      for index in 0..<active {
        let block = layout.blocks[index]
        let swap = swaps[index]
        let base = plain.layout.blocks[swap.base]
        let source = plain.layout.blocks[swap.source]
        let entering = index >= before
        if entering || swap.components.containsHead(layer: layer) {
          received.noteHeads(layer, columns: plain.layout.columns)
        }
        for head in 0..<config.heads {
          if swap.components.contains(head: head, layer: layer) {
            if throughSource {
              add(scratch.dz, block, to: received.z[layer], source, channels: headChannels(head))
            }
          } else if entering {
            add(scratch.dz, block, to: received.z[layer], base, channels: headChannels(head))
          }
        }
        if entering { add(d, block, to: received.residual[layer], base, channels: width) }
      }
      if before > 0 {
        pass.attendBackward(
          weights, gradient, activations, blocks: layout.blocks[..<before], dz: scratch.dz,
          dqkv: scratch.dqkv, dResidual: d, scratch: scratch.row, columns: columns(before),
          skip: { swaps[$0].components.contains(head: $1, layer: layer) })
      }
    }
  }
}
