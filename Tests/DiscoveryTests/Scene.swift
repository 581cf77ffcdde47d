import Transformer

@testable import Discovery

/// A small random transformer with inputs of two lengths, some positions of which do not count.
struct Scene {
  let parameters: Parameters
  let pairs: InputPairs

  init(parameters: Parameters, pairs: InputPairs) {
    self.parameters = parameters
    self.pairs = pairs
  }

  init(kind: InputPairs.OutputKind, causal: Bool = false, inputs: Int = 19, seed: UInt64 = 5) {
    let config = TransformerConfig(
      layers: 2, heads: 2, dModel: 3, dHead: 2, dMLP: 4, context: 4, vocabulary: 5,
      outputs: kind == .categorical ? 3 : 1, activation: .gelu, causal: causal)
    var generator = SeededGenerator(seed: seed)
    var parameters = Parameters(config: config)
    for i in parameters.values.indices { parameters.values[i] = Float(generator.uniform() * 1.8 - 0.9) }
    self.parameters = parameters
    let sequences = (0..<inputs).map { index -> [Int32] in
      [4] + (0..<(index % 4 == 0 ? 2 : 3)).map { _ in Int32(generator.index(below: 4)) }
    }
    let counted = sequences.enumerated().map { index, sequence in
      sequence.indices.map { $0 > 0 && (index + $0) % 5 != 0 }
    }
    pairs = InputPairs(sequences, counted: counted, outputKind: kind, using: &generator)
  }

  func task(_ ablation: Ablation) -> DiscoveryTask {
    DiscoveryTask(parameters: parameters, pairs: pairs, ablation: ablation, seed: 9)
  }

  func bruteForce(_ ablation: Ablation, _ inputs: PreparedInputs) -> BruteForce {
    // Which position's embedding each position was given, read back from the prepared inputs.
    var orders = pairs.clean.map { Array($0.indices) }
    let dModel = parameters.config.dModel
    if ablation == .resample {
      let first = dModel
      for block in inputs.blocks {
        for (lane, index) in block.indices.enumerated() {
          orders[index] = (0..<block.positions).map { position in
            let value = block.ablated.row(first)[position * laneCount + lane]
            return (0..<block.positions).first { inputs.model.positions[$0 * dModel] == value } ?? -1
          }
        }
      }
    }
    return BruteForce(parameters, pairs, ablation, shuffledPositions: orders)
  }
}
