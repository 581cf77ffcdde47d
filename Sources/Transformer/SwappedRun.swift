/// Sixteen sequences run on their own inputs, but with some components' activations taken from another
/// block's sequences, lane by lane.
package struct Swap: Sendable {
  /// Places of two blocks of the plain run.
  package var base: Int
  package var source: Int
  /// Which position each takes from.
  package var map: LaneMap
  package var components: ComponentSet

  package init(base: Int, source: Int, map: LaneMap, components: ComponentSet) {
    self.base = base
    self.source = source
    self.map = map
    self.components = components
  }
}

/// The forward pass of one swap, and its way back, on top of a plain run.
///
/// Only what lies behind the first swapped component is computed. With heads first, in layer L, the residual
/// stream and the other heads' z come from the base; with the MLP first, the residual stream after L is the
/// base's between attention and MLP plus the source's MLP output.
package final class SwappedRun {
  let config: TransformerConfig
  private let activations: RunActivations

  package init(config: TransformerConfig) {
    self.config = config
    activations = RunActivations(
      config: config,
      capacity: BatchCapacity(
        columns: config.context * laneCount, patterns: config.context * config.context))
  }

  package var byteCount: Int { activations.byteCount }

  /// The block as this run sees it: its only one.
  private func ownBlock(_ swap: Swap, _ plain: PlainRun) -> Block {
    Block(positions: plain.layout.blocks[swap.base].positions, column: 0, pattern: 0)
  }

  /// The logits of the last swap run.
  package func logits(_ swap: Swap, over plain: PlainRun) -> Tile {
    activations.logits[ownBlock(swap, plain)]
  }

  package func forward(_ weights: WeightBuffer, _ swap: Swap, over plain: PlainRun) {
    let block = ownBlock(swap, plain)
    let base = plain.layout.blocks[swap.base]
    let source = plain.layout.blocks[swap.source]
    precondition(swap.map.positions == (base.positions, source.positions) && !swap.components.isEmpty)
    activations.prepare(block)
    let from = plain.activations
    let entry = swap.components.firstStage
    for layer in entry / 2..<config.layers {
      let pass = LayerPass(weights, layer: layer)
      let entersHere = layer == entry / 2
      let z = activations.z[layer][block]
      if !entersHere {
        pass.attend(activations, block, skipped: swap.components)
      } else if !entry.isMultiple(of: 2) {
        replaceMLP(from.middle[layer][base], from, source, swap.map, layer: layer, block)
        continue
      } else {
        activations.residual[layer][block].copy(from.residual[layer][base], channels: config.dModel)
        z.copy(from.z[layer][base], channels: config.heads * config.dHead)
      }
      for head in 0..<config.heads where swap.components.contains(head: head, layer: layer) {
        let first = head * config.dHead
        z.from(first).copy(from.z[layer][source].from(first), channels: config.dHead, through: swap.map)
      }
      pass.mix(activations, block)
      if swap.components.containsMLP(layer: layer) {
        replaceMLP(activations.middle[layer][block], from, source, swap.map, layer: layer, block)
      } else {
        pass.transform(activations, block)
      }
    }
    Unembedding(weights: weights).forward(activations, block)
  }

  /// The next residual stream = middle + the source's MLP output, which is what its stream gained there.
  private func replaceMLP(
    _ middle: Tile, _ from: RunActivations, _ source: Block, _ map: LaneMap, layer: Int, _ block: Block
  ) {
    activations.residual[layer + 1][block].set(
      middle, plus: from.residual[layer + 1][source], less: from.middle[layer][source],
      channels: config.dModel, through: map)
  }

  /// Adds to `gradient` the gradient of the loss whose slopes lie in place of the logits, and leaves with
  /// `plain` those of the activations taken from it; those of the source only if `throughSource`.
  func backward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, _ swap: Swap, _ scratch: GradientScratch,
    over plain: PlainRun, throughSource: Bool
  ) {
    guard let received = plain.received else {
      preconditionFailure("the plain run was made without room for gradients")
    }
    let block = ownBlock(swap, plain)
    let base = plain.layout.blocks[swap.base]
    let source = plain.layout.blocks[swap.source]
    let entry = swap.components.firstStage
    let dModel = config.dModel
    let d = scratch.dResidual(block)
    let dz = scratch.dz(block)
    Unembedding(weights: weights).backward(gradient, activations, block, dResidual: d)
    for layer in (entry / 2..<config.layers).reversed() {
      let pass = LayerPass(weights, layer: layer)
      let entersHere = layer == entry / 2
      if swap.components.containsMLP(layer: layer) {
        if throughSource {
          received.owingMLP(layer, source).mlpOut.add(d, channels: dModel, backThrough: swap.map)
        }
      } else {
        pass.transformBackward(
          gradient, activations, block, dOut: d, dMiddle: d, dPost: scratch.dPost(block))
      }
      if entersHere && !entry.isMultiple(of: 2) {
        received.owingMLP(layer, base).middle.add(d, channels: dModel)
        return
      }
      pass.mixBackward(gradient, activations, block, dMiddle: d, dz: dz)
      if throughSource {
        for head in 0..<config.heads where swap.components.contains(head: head, layer: layer) {
          let first = head * config.dHead
          received.owingHeads(layer, source).z.from(first).add(
            dz.from(first), channels: config.dHead, backThrough: swap.map)
        }
      }
      if entersHere {
        let owed = received.owingHeads(layer, base)
        for head in 0..<config.heads where !swap.components.contains(head: head, layer: layer) {
          let first = head * config.dHead
          owed.z.from(first).add(dz.from(first), channels: config.dHead)
        }
        owed.residual.add(d, channels: dModel)
        return
      }
      pass.attendBackward(
        gradient, activations, block, dz: dz, dqkv: scratch.dqkv(block), dResidual: d,
        scratch: scratch.row, skipped: swap.components)
    }
  }
}
