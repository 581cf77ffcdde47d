import Compiler
import Testing
import Transformer

@testable import Training

/// Which transformer is trained for a circuit.
@Suite struct ModelShapeTests {
  /// Tokens are moved by one position: the head carries as many values as there are tokens.
  private func moved(tokens: Int, model: String = "") throws -> CompiledCircuit {
    try circuit(
      """
      before = aggregate(select(indices, indices - 1, ==), tokens, -1);
      circuit before { vocab = range(\(tokens)); max_len = 3; causal = true; output = before; \(model) }
      """)
  }

  @Test("A small circuit gets at least two layers of four heads, dHead 3, and dMLP = 4 dModel")
  func smallest() throws {
    let compiled = try tinyCircuit()
    let (config, source) = (TransformerConfig.trained(for: compiled), compiled.parameters.config)
    #expect([config.layers, config.heads, config.dHead, config.dModel, config.dMLP] == [2, 4, 3, 12, 48])
    #expect(config.activation == .gelu)
    #expect(config.context == source.context && config.vocabulary == source.vocabulary)
    #expect(config.outputs == source.outputs && config.causal == source.causal)
  }

  @Test(
    "If heads hold variables, dHead is half the compiled one's, but at least 12 and at most 16",
    arguments: [8, 28, 60])
  func widths(tokens: Int) throws {
    let compiled = try moved(tokens: tokens)
    let (config, source) = (TransformerConfig.trained(for: compiled), compiled.parameters.config)
    #expect(source.heads < 4)
    switch tokens {
    case 8: #expect(source.dHead < 24 && config.dHead == 12)
    case 28: #expect((25...31).contains(source.dHead) && config.dHead == source.dHead / 2)
    default: #expect(source.dHead > 33 && config.dHead == 16)
    }
    #expect(config.dModel == 4 * config.dHead && config.dMLP == 4 * config.dModel)
    let larger = TransformerConfig.trained(for: compiled, growth: 2)
    #expect(larger.dHead == 4 * config.dHead && larger.dModel == 4 * config.dModel)
    #expect(larger.dMLP == 4 * config.dMLP && larger.layers == config.layers && larger.heads == config.heads)
  }

  @Test("A head that ranks many keys is wide, and only the head")
  func ranks() throws {
    func ranked(_ tokens: Int, _ relation: String, model: String = "") throws -> [Int] {
      let compiled = try circuit(
        """
        key = tokens + 0.1 * indices;
        rank = selector_width(select(key, key, \(relation)));
        circuit rank { vocab = range(\(tokens)); max_len = 5; output = rank; \(model) }
        """)
      let config = TransformerConfig.trained(for: compiled)
      #expect(config.dMLP == 4 * config.dModel)
      return [config.dHead, config.dModel]
    }
    // 10 · 5 keys; the greatest selects as no key does, or as none is selected.
    #expect(try ranked(10, "<") == [25, 64])
    #expect(try ranked(30, "<") == [48, 64])
    #expect(try ranked(4, "<") == [12, 48])
    #expect(try ranked(10, "<", model: "model = {\"d_head\": 6};") == [6, 24])
    let compiled = try circuit(
      """
      key = tokens + 0.1 * indices;
      rank = selector_width(select(key, key, <));
      circuit rank { vocab = range(10); max_len = 5; output = rank; }
      """)
    let larger = TransformerConfig.trained(for: compiled, growth: 1)
    #expect(larger.dHead == 50 && larger.dModel == 128)
  }

  @Test("A circuit may fix any size; the others follow from it")
  func overrides() throws {
    func sizes(_ model: String) throws -> [Int] {
      let config = TransformerConfig.trained(for: try moved(tokens: 8, model: "model = {\(model)};"))
      return [config.layers, config.heads, config.dHead, config.dModel, config.dMLP]
    }
    #expect(try sizes("\"layers\": 3") == [3, 4, 12, 48, 192])
    #expect(try sizes("\"d_head\": 7") == [2, 4, 7, 28, 112])
    #expect(try sizes("\"heads\": 2, \"d_head\": 5") == [2, 2, 5, 10, 40])
    #expect(try sizes("\"d_model\": 9, \"d_head\": 5") == [2, 4, 5, 9, 36])
    #expect(try sizes("\"d_mlp\": 11, \"d_head\": 5") == [2, 4, 5, 20, 11])
  }

  @Test("Components are a layer's heads and then its MLP, layer by layer")
  func components() throws {
    let config = TransformerConfig.trained(for: try tinyCircuit())
    let expected = (0..<2).flatMap { layer in
      (0..<4).map { "blocks.\(layer).attn.hook_result[\($0)]" } + ["blocks.\(layer).mlp.hook_post"]
    }
    #expect(config.components.map(\.hookName) == expected)
    #expect(config.holds(config.components))
    #expect(!config.holds([.mlp(layer: 2)]) && !config.holds([.head(layer: 0, head: 4)]))
  }
}
