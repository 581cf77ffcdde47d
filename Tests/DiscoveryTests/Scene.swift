import Transformer

@testable import Discovery

/// A small random transformer with pairs of inputs of several lengths and maps of every kind; some positions do not
/// count.
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
    var corrupted: [[Int32]] = []
    var maps: [PositionMap] = []
    for (index, clean) in sequences.enumerated() {
      let map = PositionMap.Kind.allCases[index % 4]
      let length = map == .plain ? clean.count - 1 : 1 + generator.index(below: 3)
      corrupted.append([4] + (0..<length).map { _ in Int32(generator.index(below: 4)) })
      maps.append(.drawn(map, baseLength: clean.count - 1, sourceLength: length, using: &generator))
    }
    pairs = InputPairs(
      clean: sequences, corrupted: corrupted, maps: maps, counted: counted, outputKind: kind)
  }

  func task(_ ablation: Ablation) -> DiscoveryTask {
    DiscoveryTask(parameters: parameters, pairs: pairs, ablation: ablation, seed: 9)
  }

  func bruteForce(_ ablation: Ablation) -> BruteForce { BruteForce(parameters, pairs, ablation) }
}
