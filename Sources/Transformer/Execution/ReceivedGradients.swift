/// Gradients that interventions pass back to the run from which they took activations, by place, layer and
/// block.
final class ReceivedGradients {
  /// One block's share in one layer; the tiles are valid only if the flags say so.
  struct Debt {
    let hasHeads: Bool
    let hasMLP: Bool
    /// Of the residual stream before the layer; dModel channels.
    let residual: Tile
    /// Of the heads' mixed values; heads · dHead channels.
    let z: Tile
    /// Of the residual stream between attention and MLP; dModel channels.
    let middle: Tile
    /// Of the MLP's output; dModel channels.
    let mlpOut: Tile
  }

  private let config: TransformerConfig
  private let residual, z, middle, mlpOut: [BlockStore]
  /// By layer, the first columns of the blocks with gradients.
  private var headDebts, mlpDebts: [Set<Int>]
  /// Of the attention scores, by layer, head by head in the order of the patterns in ``RunActivations``.
  private let scores: [UnsafeMutablePointer<Vector>]
  /// By layer and head, the first columns of the blocks whose scores have gradients.
  private var scoreDebts: [[Set<Int>]]
  private let capacity: BatchCapacity
  private let arena = Arena()

  init(config c: TransformerConfig, capacity: BatchCapacity) {
    let arena = arena
    func stores(_ channels: Int) -> [BlockStore] {
      (0..<c.layers).map { _ in BlockStore(arena, channels: channels, columns: capacity.columns) }
    }
    config = c
    self.capacity = capacity
    scores = (0..<c.layers).map { _ in arena.vectors(c.heads * capacity.patterns) }
    scoreDebts = Array(repeating: Array(repeating: [], count: c.heads), count: c.layers)
    residual = stores(c.dModel)
    z = stores(c.heads * c.dHead)
    middle = stores(c.dModel)
    mlpOut = stores(c.dModel)
    headDebts = Array(repeating: [], count: c.layers)
    mlpDebts = headDebts
  }

  var byteCount: Int { arena.byteCount }

  func clear() {
    for layer in headDebts.indices {
      headDebts[layer].removeAll(keepingCapacity: true)
      mlpDebts[layer].removeAll(keepingCapacity: true)
      for head in scoreDebts[layer].indices { scoreDebts[layer][head].removeAll(keepingCapacity: true) }
    }
  }

  func debt(_ layer: Int, _ block: Block) -> Debt {
    Debt(
      hasHeads: headDebts[layer].contains(block.column), hasMLP: mlpDebts[layer].contains(block.column),
      residual: residual[layer][block], z: z[layer][block], middle: middle[layer][block],
      mlpOut: mlpOut[layer][block])
  }

  /// Where to add gradients of the residual stream before attention and of the heads.
  func owingHeads(_ layer: Int, _ block: Block) -> (residual: Tile, z: Tile) {
    let tiles = (residual: residual[layer][block], z: z[layer][block])
    if headDebts[layer].insert(block.column).inserted {
      tiles.residual.clear(channels: config.dModel)
      tiles.z.clear(channels: config.heads * config.dHead)
    }
    return tiles
  }

  /// Where to add gradients of the residual stream after attention and of the MLP's output.
  func owingMLP(_ layer: Int, _ block: Block) -> (middle: Tile, mlpOut: Tile) {
    let tiles = (middle: middle[layer][block], mlpOut: mlpOut[layer][block])
    if mlpDebts[layer].insert(block.column).inserted {
      tiles.middle.clear(channels: config.dModel)
      tiles.mlpOut.clear(channels: config.dModel)
    }
    return tiles
  }

  /// The gradient of a head's scores on a block, [query, key]; nil if there is none.
  func scores(layer: Int, head: Int, _ block: Block) -> UnsafePointer<Vector>? {
    guard scoreDebts[layer][head].contains(block.column) else { return nil }
    return UnsafePointer(scores[layer] + head * capacity.patterns + block.pattern)
  }

  /// Where to add a gradient of a head's scores on a block: [query, key].
  func owingScores(layer: Int, head: Int, _ block: Block) -> UnsafeMutablePointer<Vector> {
    let place = scores[layer] + head * capacity.patterns + block.pattern
    if scoreDebts[layer][head].insert(block.column).inserted {
      place.update(repeating: Vector(0), count: block.positions * block.positions)
    }
    return place
  }

  /// Adds a gradient of what a component wrote: a head's mixed values, or the MLP's output.
  func add(_ gradient: Tile, of component: Component, _ block: Block) {
    switch component {
    case .head(let layer, let head):
      owingHeads(layer, block).z.from(head * config.dHead).add(gradient, channels: config.dHead)
    case .mlp(let layer): owingMLP(layer, block).mlpOut.add(gradient, channels: config.dModel)
    }
  }
}
