@testable import Transformer

/// Small transformers with every weight and bias drawn, and sequences for them.
enum TinyModel {
  static func config(causal: Bool, activation: TransformerConfig.Activation, layers: Int = 2)
    -> TransformerConfig
  {
    TransformerConfig(
      layers: layers, heads: 2, dModel: 5, dHead: 3, dMLP: 7, context: 4, vocabulary: 4, outputs: 3,
      activation: activation, causal: causal)
  }

  static func parameters(_ config: TransformerConfig, seed: UInt64) -> Parameters {
    var generator = SeededGenerator(seed: seed)
    var parameters = Parameters(config: config)
    for i in parameters.values.indices { parameters.values[i] = Float(generator.uniform() * 1.6 - 0.8) }
    return parameters
  }

  static func sequence(_ length: Int, _ config: TransformerConfig, _ generator: inout SeededGenerator)
    -> [Int32]
  {
    [Int32(config.vocabulary - 1)]
      + (1..<length).map { _ in Int32(generator.index(below: config.vocabulary - 1)) }
  }
}
