import Foundation

extension Parameters {
  /// Weights drawn as in TransformerLens's `gpt2` mode: every weight matrix normal with standard deviation
  /// 0.8 / √dModel, every bias zero.
  package static func initialised(
    config: TransformerConfig, using generator: inout SeededGenerator
  ) -> Parameters {
    var parameters = Parameters(config: config)
    let deviation = 0.8 / Double(config.dModel).squareRoot()
    for tensor in parameters.layout.all where !tensor.isBias {
      for i in stride(from: tensor.offset, to: tensor.offset + tensor.count, by: 2) {
        // The Box-Muller transform gives two normal numbers at a time.
        let radius = (-2 * log(1 - generator.uniform())).squareRoot() * deviation
        let angle = 2 * Double.pi * generator.uniform()
        parameters.values[i] = Float(radius * cos(angle))
        if i + 1 < tensor.offset + tensor.count {
          parameters.values[i + 1] = Float(radius * sin(angle))
        }
      }
    }
    return parameters
  }
}
