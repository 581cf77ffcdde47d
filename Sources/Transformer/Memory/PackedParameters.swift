/// A transformer's weights in the layout of the kernels: every product's bias is one more row of its matrix,
/// and a block's queries, keys and values are one product.
///
/// Activations have a last row of ones, so one product applies weights and bias, and one product gives the
/// gradient of both. The layout is a permutation of ``Parameters``, so an optimiser that treats all elements
/// alike can work on either.
package struct PackedParameters: Sendable {
  package let config: TransformerConfig
  package let layout: PackedLayout
  package var values: [Float]

  package init(config: TransformerConfig) {
    self.config = config
    self.layout = PackedLayout(config: config)
    self.values = [Float](repeating: 0, count: layout.count)
  }

  package init(_ parameters: Parameters) {
    self.init(config: parameters.config)
    Self.forEachRun(config) { packed, plain, count in
      values.replaceSubrange(packed..<packed + count, with: parameters.values[plain..<plain + count])
    }
  }

  /// The same weights in TransformerLens's shapes.
  package func unpacked() -> Parameters {
    var parameters = Parameters(config: config)
    Self.forEachRun(config) { packed, plain, count in
      parameters.values.replaceSubrange(plain..<plain + count, with: values[packed..<packed + count])
    }
    return parameters
  }

  /// Calls `body(packed offset, plain offset, count)` for every range that is contiguous in both.
  private static func forEachRun(_ c: TransformerConfig, _ body: (Int, Int, Int) -> Void) {
    let packed = PackedLayout(config: c)
    let plain = ParameterLayout(config: c)
    func copy(_ to: Int, _ tensor: ParameterLayout.Tensor) { body(to, tensor.offset, tensor.count) }
    copy(packed.embed, plain.embed)
    copy(packed.positions, plain.positions)
    for (block, tensors) in zip(packed.blocks, plain.blocks) {
      let inputs = [(tensors.wQ, tensors.bQ), (tensors.wK, tensors.bK), (tensors.wV, tensors.bV)]
      let rowLength = 3 * c.heads * c.dHead
      for (which, (weight, bias)) in inputs.enumerated() {
        for head in 0..<c.heads {
          let column = (which * c.heads + head) * c.dHead
          for row in 0..<c.dModel {
            body(
              block.qkv + row * rowLength + column, weight.offset + (head * c.dModel + row) * c.dHead,
              c.dHead)
          }
          body(block.qkv + c.dModel * rowLength + column, bias.offset + head * c.dHead, c.dHead)
        }
      }
      copy(block.attentionOut, tensors.wO)
      copy(block.attentionOut + tensors.wO.count, tensors.bO)
      copy(block.mlpIn, tensors.wIn)
      copy(block.mlpIn + tensors.wIn.count, tensors.bIn)
      copy(block.mlpOut, tensors.wOut)
      copy(block.mlpOut + tensors.wOut.count, tensors.bOut)
    }
    copy(packed.unembed, plain.unembed)
    copy(packed.unembed + plain.unembed.count, plain.unembedBias)
  }
}

/// Offsets of the packed matrices, in floats.
package struct PackedLayout: Sendable {
  package struct Block: Sendable {
    /// [dModel + 1, 3 · heads · dHead]: queries, then keys, then values
    package let qkv: Int
    /// [heads · dHead + 1, dModel]
    package let attentionOut: Int
    /// [dModel + 1, dMLP]
    package let mlpIn: Int
    /// [dMLP + 1, dModel]
    package let mlpOut: Int
  }

  /// [vocabulary, dModel]
  package let embed: Int
  /// [context, dModel]
  package let positions: Int
  package let blocks: [Block]
  /// [dModel + 1, outputs]
  package let unembed: Int
  package let count: Int
  /// The weight matrices of the layers: W_Q, W_K and W_V, each of all heads; W_O, W_in and W_out.
  let matrices: [Matrix]
  /// All others: embeddings, biases, the unembedding.
  let rest: [Range<Int>]

  /// A weight matrix within the buffer.
  struct Matrix: Sendable {
    let offset: Int
    let rows: Int
    let columns: Int
    /// The number of floats from one row to the next.
    let stride: Int
  }

  package init(config c: TransformerConfig) {
    let width = c.heads * c.dHead
    var offset = 0
    func place(_ rows: Int, _ columns: Int) -> Int {
      defer { offset += rows * columns }
      return offset
    }
    embed = place(c.vocabulary, c.dModel)
    positions = place(c.context, c.dModel)
    blocks = (0..<c.layers).map { _ in
      Block(
        qkv: place(c.dModel + 1, 3 * width),
        attentionOut: place(width + 1, c.dModel),
        mlpIn: place(c.dModel + 1, c.dMLP),
        mlpOut: place(c.dMLP + 1, c.dModel))
    }
    unembed = place(c.dModel + 1, c.outputs)
    count = offset
    matrices = blocks.flatMap { block -> [Matrix] in
      let inputs = (0..<3).map {
        Matrix(offset: block.qkv + $0 * width, rows: c.dModel, columns: width, stride: 3 * width)
      }
      return inputs + [
        Matrix(offset: block.attentionOut, rows: width, columns: c.dModel, stride: c.dModel),
        Matrix(offset: block.mlpIn, rows: c.dModel, columns: c.dMLP, stride: c.dMLP),
        Matrix(offset: block.mlpOut, rows: c.dMLP, columns: c.dModel, stride: c.dModel),
      ]
    }
    // A matrix is followed by its bias, as one more row.
    let biases = blocks.flatMap { block -> [Range<Int>] in
      func row(_ matrix: Int, below rows: Int, _ columns: Int) -> Range<Int> {
        let start = matrix + rows * columns
        return start..<start + columns
      }
      return [
        row(block.qkv, below: c.dModel, 3 * width), row(block.attentionOut, below: width, c.dModel),
        row(block.mlpIn, below: c.dModel, c.dMLP), row(block.mlpOut, below: c.dMLP, c.dModel),
      ]
    }
    rest = [embed..<positions + c.context * c.dModel] + biases + [unembed..<count]
  }
}
