/// One matrix product of a pass over one block of sequences: what it computes, and its size.
package struct ProductShape: Hashable, Sendable {
  /// The three products of a layer Y = Wᵀ X; see `product`, `inputGradient` and `addWeightGradient`.
  package enum Kind: Sendable { case output, inputGradient, weightGradient }

  package let kind: Kind
  package let rows: Int
  package let outputs: Int
  package let columns: Int

  package var floatingPointOperations: Double { 2 * Double(rows) * Double(outputs) * Double(columns) }

  /// The products of a plain block, forward and back.
  package static func plain(_ config: TransformerConfig, positions: Int) -> [ProductShape] {
    let columns = positions * laneCount
    return (0..<config.layers).flatMap { _ in
      attention(config, columns) + mixing(config, columns) + mlp(config, columns)
    } + unembedding(config, columns)
  }

  /// The products of a swap, forward and back, which start after its first component.
  package static func swap(_ swap: Swap, _ config: TransformerConfig, positions: Int) -> [ProductShape] {
    let columns = positions * laneCount
    let entry = swap.components.firstStage
    var shapes = unembedding(config, columns)
    for layer in entry / 2..<config.layers {
      let entersHere = layer == entry / 2
      if entersHere && !entry.isMultiple(of: 2) { continue }
      if !entersHere { shapes += attention(config, columns) }
      shapes += mixing(config, columns)
      if !swap.components.containsMLP(layer: layer) { shapes += mlp(config, columns) }
    }
    return shapes
  }

  /// The products of an edge patch, forward and back, which start at its target.
  package static func patch(
    _ target: TargetNode, _ config: TransformerConfig, positions: Int
  ) -> [ProductShape] {
    let columns = positions * laneCount
    let stage = target.stage(layers: config.layers)
    var shapes = unembedding(config, columns)
    for layer in stage / 2..<config.layers {
      if layer > stage / 2 || stage.isMultiple(of: 2) {
        shapes += attention(config, columns) + mixing(config, columns)
      }
      shapes += mlp(config, columns)
    }
    return shapes
  }

  private static func three(_ rows: Int, _ outputs: Int, _ columns: Int) -> [ProductShape] {
    [
      ProductShape(kind: .output, rows: rows + 1, outputs: outputs, columns: columns),
      ProductShape(kind: .inputGradient, rows: rows, outputs: outputs, columns: columns),
      ProductShape(kind: .weightGradient, rows: rows + 1, outputs: outputs, columns: columns),
    ]
  }

  private static func attention(_ c: TransformerConfig, _ columns: Int) -> [ProductShape] {
    three(c.dModel, 3 * c.heads * c.dHead, columns)
  }

  private static func mixing(_ c: TransformerConfig, _ columns: Int) -> [ProductShape] {
    three(c.heads * c.dHead, c.dModel, columns)
  }

  private static func mlp(_ c: TransformerConfig, _ columns: Int) -> [ProductShape] {
    three(c.dModel, c.dMLP, columns) + three(c.dMLP, c.dModel, columns)
  }

  private static func unembedding(_ c: TransformerConfig, _ columns: Int) -> [ProductShape] {
    three(c.dModel, c.outputs, columns)
  }

  /// Runs the product alone, several times, with OpenBLAS and on memory that stays in the cache.
  package func run(times: Int, _ memory: ProductMemory) {
    let x = Tile(base: memory.x, stride: columns)
    let y = Tile(base: memory.y, stride: columns)
    for _ in 0..<times {
      switch kind {
      case .output: plainProduct(memory.w, x, rows: rows, into: y, outputs: outputs)
      case .inputGradient: plainInputGradient(memory.w, y, outputs: outputs, into: x, rows: rows)
      case .weightGradient: plainAddWeightGradient(x, rows: rows, y, outputs: outputs, into: memory.w)
      }
    }
  }
}

/// Operands for products that are run alone.
package struct ProductMemory {
  let w, x, y: UnsafeMutablePointer<Float>
  private let arena = Arena()

  /// Room for any of these products.
  package init(for shapes: some Collection<ProductShape>) {
    func most(_ size: (ProductShape) -> Int) -> Int { shapes.map(size).max() ?? 0 }
    w = arena.floats(most { $0.rows * $0.outputs })
    x = arena.floats(most { $0.rows * $0.columns })
    y = arena.floats(most { $0.outputs * $0.columns })
  }
}
