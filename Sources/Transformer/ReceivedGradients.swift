/// What interventions owe the run they took activations from: gradients by place and layer.
final class ReceivedGradients {
  /// Of the residual stream before each block; [dModel, columns].
  let residual: [ChannelMatrix]
  /// Of the heads' mixed values; [heads · dHead, columns].
  let z: [ChannelMatrix]
  /// Of the residual stream between attention and MLP; [dModel, columns].
  let middle: [ChannelMatrix]
  /// Of the MLP's output; [dModel, columns].
  let mlpOut: [ChannelMatrix]
  /// Layers where anything was left with heads or with the MLP since the last clearing.
  private(set) var hasHeads: [Bool]
  private(set) var hasMLP: [Bool]
  let arena: Arena

  init(config c: TransformerConfig, columns: Int) {
    let arena = Arena()
    func matrices(_ channels: Int) -> [ChannelMatrix] {
      (0..<c.layers).map { _ in arena.matrix(channels: channels, columns: columns) }
    }
    residual = matrices(c.dModel)
    z = matrices(c.heads * c.dHead)
    middle = matrices(c.dModel)
    mlpOut = matrices(c.dModel)
    hasHeads = [Bool](repeating: false, count: c.layers)
    hasMLP = hasHeads
    self.arena = arena
  }

  func noteHeads(_ layer: Int, columns: Int) {
    guard !hasHeads[layer] else { return }
    hasHeads[layer] = true
    clearMatrix(residual[layer], columns)
    clearMatrix(z[layer], columns)
  }

  func noteMLP(_ layer: Int, columns: Int) {
    guard !hasMLP[layer] else { return }
    hasMLP[layer] = true
    clearMatrix(middle[layer], columns)
    clearMatrix(mlpOut[layer], columns)
  }

  func clear() {
    for layer in hasHeads.indices {
      hasHeads[layer] = false
      hasMLP[layer] = false
    }
  }

  private func clearMatrix(_ matrix: ChannelMatrix, _ columns: Int) {
    for channel in 0..<matrix.channels { matrix.row(channel).update(repeating: 0, count: columns) }
  }
}
