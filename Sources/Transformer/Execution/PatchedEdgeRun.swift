/// The forward and backward pass of an edge patch, on top of a plain run.
///
/// The target reads the base's residual stream plus what the writers write on the source minus what they
/// write on the base. This difference is treated as a constant: gradients teach the target to ignore it, and
/// do not reach the writers.
package final class PatchedEdgeRun {
  let config: TransformerConfig
  private let activations: RunActivations
  private let differenceBase, patchedBase, partBase: UnsafeMutablePointer<Float>
  private let arena = Arena()

  package init(config c: TransformerConfig) {
    config = c
    let columns = c.context * laneCount
    activations = RunActivations(
      config: c, capacity: BatchCapacity(columns: columns, patterns: c.context * c.context))
    differenceBase = arena.floats(c.dModel * columns)
    patchedBase = arena.floats((c.dModel + 1) * columns)
    partBase = arena.floats(3 * c.heads * c.dHead * columns)
  }

  package var byteCount: Int { activations.byteCount + arena.byteCount }

  private func ownBlock(_ patch: EdgePatch, _ plain: PlainRun) -> Block {
    Block(positions: plain.layout.blocks[patch.base].positions, column: 0, pattern: 0)
  }

  private func tile(_ base: UnsafeMutablePointer<Float>, _ block: Block) -> Tile {
    Tile(base: base, stride: block.positions * laneCount)
  }

  /// The logits of the last patched run.
  package func logits(_ patch: EdgePatch, over plain: PlainRun) -> Tile {
    activations.logits[ownBlock(patch, plain)]
  }

  package func forward(_ weights: WeightBuffer, _ patch: EdgePatch, over plain: PlainRun) {
    let block = ownBlock(patch, plain)
    let base = plain.layout.blocks[patch.base]
    let from = plain.activations
    let dModel = config.dModel
    activations.prepare(block)
    let difference = tile(differenceBase, block)
    plain.writeDifference(weights, patch, into: difference)
    let stage = patch.target.stage(layers: config.layers)
    var next = stage / 2
    if let input = patch.target.headInput {
      let pass = LayerPass(weights, layer: next)
      let residual = activations.residual[next][block]
      residual.copy(from.residual[next][base], channels: dModel)
      activations.z[next][block].copy(from.z[next][base], channels: config.heads * config.dHead)
      let patched = tile(patchedBase, block)
      patched.copy(residual, channels: dModel)
      patched.add(difference, channels: dModel)
      patched.fillWithOnes(channel: dModel)
      pass.attend(
        activations, block, input, reading: patched, others: from.qkv[next][base])
      pass.mix(activations, block)
      pass.transform(activations, block)
      next += 1
    } else if case .mlp = patch.target {
      let middle = activations.middle[next][block]
      middle.copy(from.middle[next][base], channels: dModel)
      middle.add(difference, channels: dModel)
      LayerPass(weights, layer: next).transform(activations, block)
      activations.residual[next + 1][block].subtract(difference, channels: dModel)
      next += 1
    } else {
      let stream = activations.residual[next][block]
      stream.copy(from.residual[next][base], channels: dModel)
      stream.add(difference, channels: dModel)
    }
    for layer in next..<config.layers {
      let pass = LayerPass(weights, layer: layer)
      pass.attend(activations, block)
      pass.mix(activations, block)
      pass.transform(activations, block)
    }
    Unembedding(weights: weights).forward(activations, block)
  }

  /// Adds the gradient of the loss to `gradient` and leaves the gradients of the base's activations with
  /// `plain`. The gradient of the logits must have replaced them.
  func backward(
    _ weights: WeightBuffer, _ gradient: WeightBuffer, _ patch: EdgePatch, _ scratch: GradientScratch,
    over plain: PlainRun
  ) {
    guard let received = plain.received else {
      preconditionFailure("the plain run was made without room for gradients")
    }
    let block = ownBlock(patch, plain)
    let base = plain.layout.blocks[patch.base]
    let dModel = config.dModel
    let d = scratch.dResidual(block)
    let dz = scratch.dz(block)
    Unembedding(weights: weights).backward(gradient, activations, block, dResidual: d)
    let entry = patch.target.stage(layers: config.layers) / 2
    let first = patch.target == .output ? entry : entry + 1
    for layer in (first..<config.layers).reversed() {
      let pass = LayerPass(weights, layer: layer)
      pass.transformBackward(
        gradient, activations, block, dOut: d, dMiddle: d, dPost: scratch.dPost(block))
      pass.mixBackward(gradient, activations, block, dMiddle: d, dz: dz)
      pass.attendBackward(
        gradient, activations, block, dz: dz, dqkv: scratch.dqkv(block), dResidual: d, scratch: scratch.row)
    }
    if patch.target == .output {
      // The last residual stream is the one between attention and MLP, plus the MLP's output.
      let owed = received.owingMLP(config.layers - 1, base)
      owed.middle.add(d, channels: dModel)
      owed.mlpOut.add(d, channels: dModel)
      return
    }
    let pass = LayerPass(weights, layer: entry)
    pass.transformBackward(
      gradient, activations, block, dOut: d, dMiddle: d, dPost: scratch.dPost(block))
    guard let input = patch.target.headInput else {
      received.owingMLP(entry, base).middle.add(d, channels: dModel)
      return
    }
    pass.mixBackward(gradient, activations, block, dMiddle: d, dz: dz)
    let owed = received.owingHeads(entry, base)
    for head in 0..<config.heads where head != input.head {
      let first = head * config.dHead
      owed.z.from(first).add(dz.from(first), channels: config.dHead)
    }
    pass.attendBackward(
      gradient, activations, block, input, reading: tile(patchedBase, block), dz: dz,
      dqkv: scratch.dqkv(block), part: tile(partBase, block), dResidual: d, scratch: scratch.row)
    owed.residual.add(d, channels: dModel)
  }
}

extension Tile {
  /// self -= other, over the first channels.
  package func subtract(_ other: Tile, channels: Int) {
    let a = other.vectors()
    let b = vectors()
    for i in 0..<channels * stride / laneCount { b[i] -= a[i] }
  }
}
