/// The forward and backward pass of one swap, on top of a plain run.
///
/// Only what follows the first swapped component is computed. If heads are first, in layer L, the residual
/// stream and the other heads' z come from the base; if the MLP is first, the residual stream after L is the
/// base's between attention and MLP plus the source's MLP output, or the MLP's bias.
package final class SwappedRun {
  let config: TransformerConfig
  private let activations: RunActivations
  /// Gradients of what components wrote, left by whoever read it; nil for a run that only goes forward.
  private let received: ReceivedGradients?

  package init(config: TransformerConfig, receivesGradients: Bool = false) {
    self.config = config
    let capacity = BatchCapacity(
      columns: config.context * laneCount, patterns: config.context * config.context)
    activations = RunActivations(config: config, capacity: capacity)
    received = receivesGradients ? ReceivedGradients(config: config, capacity: capacity) : nil
  }

  package var byteCount: Int { activations.byteCount + (received?.byteCount ?? 0) }

  /// What a component wrote in the last swap run: a head's mixed values (dHead channels), or the MLP's output
  /// (dModel). The component must not be swapped, and must come after the first swapped one.
  package func output(of component: Component, _ swap: Swap, over plain: PlainRun, into tile: Tile) {
    activations.output(of: component, ownBlock(swap, plain), config, into: tile)
  }

  /// Leaves a gradient of what a component wrote in the last swap run, for the backward pass to continue
  /// with.
  package func receive(_ gradient: Tile, of component: Component, _ swap: Swap, over plain: PlainRun) {
    guard let received else { preconditionFailure("the run was made without room for gradients") }
    received.add(gradient, of: component, ownBlock(swap, plain))
  }

  /// The pattern of a head in the last swap run, and where to add a gradient of its scores. The head must not
  /// be swapped, and must come after the first swapped component.
  package func attention(layer: Int, head: Int, _ swap: Swap, over plain: PlainRun) -> AttentionScores {
    guard let received else { preconditionFailure("the run was made without room for gradients") }
    let block = ownBlock(swap, plain)
    return AttentionScores(
      positions: block.positions, pattern: activations.pattern(layer: layer, head: head, block),
      gradient: received.owingScores(layer: layer, head: head, block))
  }

  /// The block in this run, which has no other.
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
    precondition(!swap.components.isEmpty)
    if case .block(let source, let map) = swap.origin {
      precondition(map.positions == (base.positions, plain.layout.blocks[source].positions))
    }
    activations.prepare(block)
    received?.clear()
    let from = plain.activations
    let entry = swap.components.firstStage
    for layer in entry / 2..<config.layers {
      let pass = LayerPass(weights, layer: layer)
      let entersHere = layer == entry / 2
      let z = activations.z[layer][block]
      if !entersHere {
        pass.attend(activations, block, skipped: swap.components)
      } else if !entry.isMultiple(of: 2) {
        replaceMLP(from.middle[layer][base], swap, over: plain, pass, block)
        continue
      } else {
        activations.residual[layer][block].copy(from.residual[layer][base], channels: config.dModel)
        z.copy(from.z[layer][base], channels: config.heads * config.dHead)
      }
      for head in 0..<config.heads where swap.components.contains(head: head, layer: layer) {
        let first = head * config.dHead
        switch swap.origin {
        case .zero: z.from(first).clear(channels: config.dHead)
        case .block(let source, let map):
          z.from(first).copy(
            from.z[layer][plain.layout.blocks[source]].from(first), channels: config.dHead, through: map)
        }
      }
      pass.mix(activations, block)
      if swap.components.containsMLP(layer: layer) {
        replaceMLP(activations.middle[layer][block], swap, over: plain, pass, block)
      } else {
        pass.transform(activations, block)
      }
    }
    Unembedding(weights: weights).forward(activations, block)
  }

  /// The next residual stream: middle plus the source's MLP output, which is the difference between the
  /// source's residual stream after and before the MLP, or plus the MLP's bias.
  private func replaceMLP(
    _ middle: Tile, _ swap: Swap, over plain: PlainRun, _ pass: LayerPass, _ block: Block
  ) {
    let layer = pass.layer
    switch swap.origin {
    case .zero: pass.passHiddenZeros(activations, block, middle: middle)
    case .block(let source, let map):
      let from = plain.activations
      let source = plain.layout.blocks[source]
      activations.residual[layer + 1][block].set(
        middle, plus: from.residual[layer + 1][source], less: from.middle[layer][source],
        channels: config.dModel, through: map)
    }
  }

  /// Adds the gradient of the loss to `gradient`, and leaves with `plain` the gradients of the activations
  /// taken from it; those of the source only if `throughSource`. The gradient of the logits must have
  /// replaced them.
  func backward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, _ swap: Swap, _ scratch: GradientScratch,
    over plain: PlainRun, throughSource: Bool
  ) {
    guard let received = plain.received else {
      preconditionFailure("the plain run was made without room for gradients")
    }
    let block = ownBlock(swap, plain)
    let base = plain.layout.blocks[swap.base]
    let entry = swap.components.firstStage
    let dModel = config.dModel
    let d = scratch.dResidual(block)
    let dz = scratch.dz(block)
    Unembedding(weights: weights).backward(gradient, activations, block, dResidual: d)
    for layer in (entry / 2..<config.layers).reversed() {
      let pass = LayerPass(weights, layer: layer)
      let entersHere = layer == entry / 2
      if swap.components.containsMLP(layer: layer) {
        switch swap.origin {
        case .zero: pass.outputBiasBackward(gradient, activations, block, dOut: d)
        case .block(let source, let map):
          guard throughSource else { break }
          received.owingMLP(layer, plain.layout.blocks[source]).mlpOut.add(
            d, channels: dModel, backThrough: map)
        }
      } else {
        var dOut = d
        if let debt = self.received?.debt(layer, block), debt.hasMLP {
          dOut = scratch.dOut(block)
          dOut.copy(d, channels: dModel)
          dOut.add(debt.mlpOut, channels: dModel)
        }
        pass.transformBackward(
          gradient, activations, block, dOut: dOut, dMiddle: d, dPost: scratch.dPost(block))
      }
      if entersHere && !entry.isMultiple(of: 2) {
        received.owingMLP(layer, base).middle.add(d, channels: dModel)
        return
      }
      pass.mixBackward(gradient, activations, block, dMiddle: d, dz: dz)
      if throughSource, case .block(let source, let map) = swap.origin {
        let owed = received.owingHeads(layer, plain.layout.blocks[source]).z
        for head in 0..<config.heads where swap.components.contains(head: head, layer: layer) {
          let first = head * config.dHead
          owed.from(first).add(dz.from(first), channels: config.dHead, backThrough: map)
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
      if let debt = self.received?.debt(layer, block), debt.hasHeads {
        dz.add(debt.z, channels: config.heads * config.dHead)
      }
      pass.attendBackward(
        gradient, activations, block, dz: dz, dqkv: scratch.dqkv(block), dResidual: d,
        scratch: scratch.row, skipped: swap.components,
        scores: { [own = self.received] in own?.scores(layer: layer, head: $0, block) })
    }
  }
}
