import Transformer

/// A compiled transformer's non-zero weights as lists; they are fewer than one in a hundred.
struct SparseWeights: Sendable {
  /// A weight and the row or column it belongs to.
  struct Entry: Sendable {
    let index: Int
    let weight: Double
  }

  struct Head: Sendable {
    /// By residual direction, the dimensions that read it.
    var query: [[Entry]]
    var key: [[Entry]]
    var value: [[Entry]]
    /// By dimension, the residual directions that it is written to.
    var output: [[Entry]]
    /// By dimension.
    var queryBias: [Double]
    var keyBias: [Double]
    var valueBias: [Double]

    /// The rows of W_O for the dimensions into which W_V or its bias writes: what the head can write.
    var outputOfWhatIsRead: [[Entry]] {
      let read = Set(value.joined().map(\.index))
      return output.indices.filter { read.contains($0) || valueBias[$0] != 0 }.map { output[$0] }
    }

    /// Whether it adds nothing to the residual stream.
    var writesNothing: Bool {
      value.allSatisfy(\.isEmpty) && valueBias.allSatisfy { $0 == 0 }
    }
  }

  struct Block: Sendable {
    var heads: [Head]
    /// By residual direction, the hidden units that read it.
    var input: [[Entry]]
    /// By hidden unit.
    var inputBias: [Double]
    /// By hidden unit, the residual directions that it is written to.
    var output: [[Entry]]
    /// By residual direction.
    var outputBias: [Entry]
    var attentionBias: [Entry]
    /// Hidden units with a non-zero bias.
    var biasedUnits: [Int]
  }

  let config: TransformerConfig
  /// By token id, then by residual direction.
  let embed: [[Entry]]
  /// By position, BOS first.
  let positions: [[Entry]]
  let blocks: [Block]
  /// By residual direction, the outputs.
  let unembed: [[Entry]]
  let unembedBias: [Double]

  init(_ parameters: Parameters) {
    let c = parameters.config
    config = c
    (embed, positions, blocks, unembed, unembedBias) = parameters.values.withUnsafeBufferPointer { values in
      func rows(_ offset: Int, _ count: Int, _ width: Int) -> [[Entry]] {
        (0..<count).map { row in
          var entries: [Entry] = []
          let first = offset + row * width
          for column in 0..<width where values[first + column] != 0 {
            entries.append(Entry(index: column, weight: Double(values[first + column])))
          }
          return entries
        }
      }
      func vector(_ offset: Int, _ count: Int) -> [Double] {
        (0..<count).map { Double(values[offset + $0]) }
      }
      let layout = parameters.layout
      let blocks = layout.blocks.map { block in
        let heads = (0..<c.heads).map { head in
          let matrix = head * c.dModel * c.dHead
          let bias = head * c.dHead
          return Head(
            query: rows(block.wQ.offset + matrix, c.dModel, c.dHead),
            key: rows(block.wK.offset + matrix, c.dModel, c.dHead),
            value: rows(block.wV.offset + matrix, c.dModel, c.dHead),
            output: rows(block.wO.offset + matrix, c.dHead, c.dModel),
            queryBias: vector(block.bQ.offset + bias, c.dHead),
            keyBias: vector(block.bK.offset + bias, c.dHead),
            valueBias: vector(block.bV.offset + bias, c.dHead))
        }
        let inputBias = vector(block.bIn.offset, c.dMLP)
        return Block(
          heads: heads, input: rows(block.wIn.offset, c.dModel, c.dMLP), inputBias: inputBias,
          output: rows(block.wOut.offset, c.dMLP, c.dModel),
          outputBias: rows(block.bOut.offset, 1, c.dModel)[0],
          attentionBias: rows(block.bO.offset, 1, c.dModel)[0],
          biasedUnits: inputBias.indices.filter { inputBias[$0] != 0 })
      }
      return (
        rows(layout.embed.offset, c.vocabulary, c.dModel),
        rows(layout.positions.offset, c.context, c.dModel), blocks,
        rows(layout.unembed.offset, c.dModel, c.outputs), vector(layout.unembedBias.offset, c.outputs)
      )
    }
  }
}
