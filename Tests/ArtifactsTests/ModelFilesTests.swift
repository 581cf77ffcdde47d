import Foundation
import Testing
import Transformer

@testable import Artifacts

/// A model's weights and sizes survive the trip through their two files.
struct ModelFilesTests {
  let config = TransformerConfig(
    layers: 2, heads: 3, dModel: 6, dHead: 2, dMLP: 24, context: 5, vocabulary: 7, outputs: 4,
    activation: .gelu, causal: false)

  func parameters() -> Parameters {
    var parameters = Parameters(config: config)
    for index in parameters.values.indices { parameters.values[index] = Float(index) / 7 }
    return parameters
  }

  @Test func weightsRoundTrip() throws {
    let file = try Safetensors(decoding: parameters().safetensors.encoded())
    #expect(try Parameters(file, config: config).values == parameters().values)
  }

  @Test func tensorsHaveTransformerLensNamesAndShapes() {
    let shapes = Dictionary(
      uniqueKeysWithValues: parameters().safetensors.tensors.map { ($0.name, $0.shape) })
    #expect(shapes["embed.W_E"] == [7, 6])
    #expect(shapes["pos_embed.W_pos"] == [5, 6])
    #expect(shapes["blocks.1.attn.W_Q"] == [3, 6, 2])
    #expect(shapes["blocks.1.attn.W_O"] == [3, 2, 6])
    #expect(shapes["blocks.0.attn.b_V"] == [3, 2])
    #expect(shapes["blocks.0.attn.b_O"] == [6])
    #expect(shapes["blocks.0.mlp.W_in"] == [6, 24])
    #expect(shapes["blocks.0.mlp.W_out"] == [24, 6])
    #expect(shapes["unembed.W_U"] == [6, 4])
    #expect(shapes["unembed.b_U"] == [4])
    #expect(shapes.count == 2 + 2 * 12 + 2)
  }

  @Test func weightsOfOtherSizesAreRefused() {
    var wider = config
    wider.dMLP = 25
    #expect(throws: ModelFileError.wrongShape("blocks.0.mlp.W_in", found: [6, 24], expected: [6, 25])) {
      try Parameters(parameters().safetensors, config: wider)
    }
    var deeper = config
    deeper.layers = 3
    #expect(throws: ModelFileError.missingTensor("blocks.2.attn.W_Q")) {
      try Parameters(parameters().safetensors, config: deeper)
    }
    var shallower = config
    shallower.layers = 1
    #expect(throws: ModelFileError.unknownTensor("blocks.1.attn.W_K")) {
      try Parameters(parameters().safetensors, config: shallower)
    }
  }

  @Test func configRoundTripsAndSaysThereIsNoNormalisation() throws {
    let data = try JSONEncoder().encode(ModelConfigFile(config, name: "reverse"))
    #expect(try JSONDecoder().decode(ModelConfigFile.self, from: data).config() == config)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object["normalization_type"] is NSNull)
    #expect(object["attention_dir"] as? String == "bidirectional")
    #expect(object["act_fn"] as? String == "gelu")
    #expect(object["d_vocab_out"] as? Int == 4)
  }

  @Test func configThatCannotBeBuiltIsRefused() throws {
    var file = ModelConfigFile(config, name: "reverse")
    file.normalizationType = ExplicitOptional("LN")
    #expect(throws: ModelFileError.unsupported("normalization_type", "LN")) { try file.config() }
    file = ModelConfigFile(config, name: "reverse")
    file.dHead = 0
    #expect(throws: ModelFileError.badSize("d_head", 0)) { try file.config() }
  }
}
