/// Every activation of a forward pass over a batch, kept for the backward pass and for interventions.
package final class RunActivations {
  /// The residual stream before each layer, and after the last; dModel channels and one of ones.
  package let residual: [BlockStore]
  /// Queries, keys and values of each layer, heads one after the other; 3 · heads · dHead channels.
  package let qkv: [BlockStore]
  /// The heads' mixed values before W_O; heads · dHead channels and one of ones.
  package let z: [BlockStore]
  /// The residual stream between attention and MLP; dModel channels and one of ones.
  package let middle: [BlockStore]
  /// f' of the MLP's hidden layer; dMLP channels.
  let derivative: [BlockStore]
  /// The MLP's hidden activation; dMLP channels and one of ones.
  package let post: [BlockStore]
  package let logits: BlockStore
  /// Attention patterns of each layer, head by head.
  private let patterns: [UnsafeMutablePointer<Vector>]
  let capacity: BatchCapacity
  private let config: TransformerConfig
  private let arena: Arena

  /// - Parameter keepsLayers: false if only logits are needed; all layers then share the memory of one
  init(config c: TransformerConfig, capacity: BatchCapacity, keepsLayers: Bool = true) {
    let arena = Arena()
    let columns = capacity.columns
    func repeated<T>(_ count: Int, _ make: () -> T) -> [T] {
      keepsLayers ? (0..<count).map { _ in make() } : Array(repeating: make(), count: count)
    }
    func stores(_ count: Int, channels: Int) -> [BlockStore] {
      repeated(count) { BlockStore(arena, channels: channels, columns: columns) }
    }
    residual = stores(c.layers + 1, channels: c.dModel + 1)
    qkv = stores(c.layers, channels: 3 * c.heads * c.dHead)
    z = stores(c.layers, channels: c.heads * c.dHead + 1)
    middle = stores(c.layers, channels: c.dModel + 1)
    derivative = stores(c.layers, channels: c.dMLP)
    post = stores(c.layers, channels: c.dMLP + 1)
    logits = BlockStore(arena, channels: c.outputs, columns: columns)
    patterns = repeated(c.layers) { arena.vectors(c.heads * capacity.patterns) }
    self.capacity = capacity
    config = c
    self.arena = arena
  }

  package var byteCount: Int { arena.byteCount }

  /// A head's pattern over a block of sequences: [query, key] of vectors.
  @inline(__always)
  package func pattern(layer: Int, head: Int, _ block: Block) -> UnsafeMutablePointer<Vector> {
    patterns[layer] + head * capacity.patterns + block.pattern
  }

  /// Sets the rows that multiply the biases, which move whenever the blocks do.
  func prepare(_ block: Block) {
    for layer in 0..<config.layers {
      residual[layer][block].fillWithOnes(channel: config.dModel)
      z[layer][block].fillWithOnes(channel: config.heads * config.dHead)
      middle[layer][block].fillWithOnes(channel: config.dModel)
      post[layer][block].fillWithOnes(channel: config.dMLP)
    }
    residual[config.layers][block].fillWithOnes(channel: config.dModel)
  }

  /// What a component wrote on a block: a head's mixed values (dHead channels), or the MLP's output (dModel).
  func output(of component: Component, _ block: Block, _ config: TransformerConfig, into tile: Tile) {
    switch component {
    case .head(let layer, let head):
      tile.copy(z[layer][block].from(head * config.dHead), channels: config.dHead)
    case .mlp(let layer):
      let high = residual[layer + 1][block].vectors()
      let low = middle[layer][block].vectors()
      let result = tile.vectors()
      for i in 0..<config.dModel * block.positions { result[i] = high[i] - low[i] }
    }
  }
}
