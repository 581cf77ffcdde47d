import Testing
import Transformer

/// Places of a transformer have TransformerLens's names, and no two names are of one place.
struct HookNamesTests {
  static let nodes: [(CircuitNode, String)] = [
    (.embed, "hook_embed"), (.positionEmbed, "hook_pos_embed"),
    (.queryInput(layer: 1, head: 0), "blocks.1.hook_q_input[0]"),
    (.keyInput(layer: 0, head: 12), "blocks.0.hook_k_input[12]"),
    (.valueInput(layer: 10, head: 3), "blocks.10.hook_v_input[3]"),
    (.query(layer: 1, head: 2), "blocks.1.attn.hook_q[2]"),
    (.key(layer: 1, head: 2), "blocks.1.attn.hook_k[2]"),
    (.value(layer: 1, head: 2), "blocks.1.attn.hook_v[2]"),
    (.result(layer: 1, head: 2), "blocks.1.attn.hook_result[2]"),
    (.mlpInput(layer: 0), "blocks.0.hook_mlp_in"), (.mlpOutput(layer: 0), "blocks.0.hook_mlp_out"),
    (.output(layer: 1), "blocks.1.hook_resid_post"),
  ]

  @Test(arguments: nodes)
  func hookNamesRoundTrip(node: CircuitNode, name: String) {
    #expect(node.hookName == name)
    #expect(CircuitNode(hookName: name) == node)
  }

  @Test(
    arguments: [
      "", "hook", "blocks.0", "blocks.x.hook_mlp_in", "blocks.-1.hook_mlp_in", "blocks.0.hook_mlp_in[0]",
      "blocks.0.hook_q_input", "blocks.0.hook_q_input[]", "blocks.0.hook_q_input[1", "layers.0.hook_mlp_in",
    ])
  func otherNamesAreNone(name: String) {
    #expect(CircuitNode(hookName: name) == nil)
  }

  static let components: [(Component, String)] = [
    (.head(layer: 1, head: 2), "blocks.1.attn.hook_result[2]"), (.mlp(layer: 10), "blocks.10.mlp.hook_post"),
  ]

  @Test(arguments: components)
  func componentsRoundTrip(component: Component, name: String) {
    #expect(component.hookName == name)
    #expect(Component(hookName: name) == component)
    let head: Int? = if case .head(_, let head) = component { head } else { nil }
    #expect(Component(hook: component.hook, head: head) == component)
    #expect(Component(hook: component.hook, head: head == nil ? 0 : nil) == nil)
  }

  @Test(
    arguments: [
      "blocks.0.hook_mlp_out", "blocks.0.attn.hook_result", "hook_embed", "blocks.0.attn.hook_q[0]",
      "blocks.+1.mlp.hook_post", "blocks.01.mlp.hook_post", "blocks.0.attn.hook_result[-1]",
    ])
  func whatHoldsNothingIsNoComponent(name: String) {
    #expect(Component(hookName: name) == nil)
  }

  @Test func edgesAreTwoNames() {
    let edge = CircuitEdge(from: .embed, to: .keyInput(layer: 0, head: 1))
    #expect(edge.hookNames == ["hook_embed", "blocks.0.hook_k_input[1]"])
    #expect(CircuitEdge(hookNames: edge.hookNames) == edge)
    for names in [[], ["hook_embed"], ["hook_embed", "x"], ["hook_embed", "hook_embed", "hook_embed"]] {
      #expect(CircuitEdge(hookNames: names) == nil)
    }
  }

  @Test("An edge through the residual stream goes from what is written to what is read")
  func streamEdges() {
    let edge = Edge(from: .mlp(layer: 0), to: .output)
    #expect(CircuitEdge(edge, layers: 3) == CircuitEdge(from: .mlpOutput(layer: 0), to: .output(layer: 2)))
    #expect(Edge(CircuitEdge(edge, layers: 3)) == edge)
    #expect(Edge(CircuitEdge(from: .mlpInput(layer: 0), to: .mlpOutput(layer: 0))) == nil)
    for (node, _) in Self.nodes {
      if let source = SourceNode(node) { #expect(source.node == node) }
      if let target = TargetNode(node) { #expect(target.node(layers: 2) == node) }
      #expect(SourceNode(node) == nil || TargetNode(node) == nil, "\(node)")
    }
  }
}
