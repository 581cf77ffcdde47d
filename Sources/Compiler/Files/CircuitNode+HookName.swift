extension CircuitNode {
  /// The node's name in files: TransformerLens's hook, with the head in brackets.
  public var hookName: String {
    switch self {
    case .embed: "hook_embed"
    case .positionEmbed: "hook_pos_embed"
    case .queryInput(let layer, let head): "blocks.\(layer).hook_q_input[\(head)]"
    case .keyInput(let layer, let head): "blocks.\(layer).hook_k_input[\(head)]"
    case .valueInput(let layer, let head): "blocks.\(layer).hook_v_input[\(head)]"
    case .query(let layer, let head): "blocks.\(layer).attn.hook_q[\(head)]"
    case .key(let layer, let head): "blocks.\(layer).attn.hook_k[\(head)]"
    case .value(let layer, let head): "blocks.\(layer).attn.hook_v[\(head)]"
    case .result(let layer, let head): "blocks.\(layer).attn.hook_result[\(head)]"
    case .mlpInput(let layer): "blocks.\(layer).hook_mlp_in"
    case .mlpOutput(let layer): "blocks.\(layer).hook_mlp_out"
    case .output(let layer): "blocks.\(layer).hook_resid_post"
    }
  }

  /// The node of a name in a file; nil where there is none of that name.
  public init?(hookName: String) {
    switch hookName {
    case "hook_embed": self = .embed
    case "hook_pos_embed": self = .positionEmbed
    default:
      let parts = hookName.split(separator: ".", maxSplits: 2)
      guard parts.count == 3, parts[0] == "blocks", let layer = Int(parts[1]), layer >= 0 else { return nil }
      let hook = parts[2].split(separator: "[", maxSplits: 1)
      let head = hook.count == 2 && hook[1].last == "]" ? Int(hook[1].dropLast()) : nil
      switch (hook.first ?? "", head) {
      case ("hook_q_input", let head?): self = .queryInput(layer: layer, head: head)
      case ("hook_k_input", let head?): self = .keyInput(layer: layer, head: head)
      case ("hook_v_input", let head?): self = .valueInput(layer: layer, head: head)
      case ("attn.hook_q", let head?): self = .query(layer: layer, head: head)
      case ("attn.hook_k", let head?): self = .key(layer: layer, head: head)
      case ("attn.hook_v", let head?): self = .value(layer: layer, head: head)
      case ("attn.hook_result", let head?): self = .result(layer: layer, head: head)
      case ("hook_mlp_in", nil) where hook.count == 1: self = .mlpInput(layer: layer)
      case ("hook_mlp_out", nil) where hook.count == 1: self = .mlpOutput(layer: layer)
      case ("hook_resid_post", nil) where hook.count == 1: self = .output(layer: layer)
      default: return nil
      }
    }
  }
}
