// The names that a transformer's places have in files and texts: TransformerLens's hook names, with the head
// in brackets. No other file makes such a name or takes one apart.

extension Component {
  /// The activation that is swapped: `blocks.1.attn.hook_result[2]`, `blocks.0.mlp.hook_post`.
  package var hookName: String {
    switch self {
    case .head(_, let head): "\(hook)[\(head)]"
    case .mlp: hook
    }
  }

  /// The component with this name; nil if there is none.
  package init?(hookName: String) {
    guard let name = HookName(hookName) else { return nil }
    switch (name.point, name.head) {
    case ("attn.hook_result", let head?): self = .head(layer: name.layer, head: head)
    case ("mlp.hook_post", nil): self = .mlp(layer: name.layer)
    default: return nil
    }
    guard self.hookName == hookName else { return nil }
  }

  /// The hook's name in TransformerLens, without the head.
  package var hook: String {
    switch self {
    case .head(let layer, _): "blocks.\(layer).attn.hook_result"
    case .mlp(let layer): "blocks.\(layer).mlp.hook_post"
    }
  }

  /// The component at a hook; nil if there is none.
  ///
  /// - Parameter head: nil for an MLP
  package init?(hook: String, head: Int?) {
    self.init(hookName: head.map { "\(hook)[\($0)]" } ?? hook)
  }
}

extension CircuitNode {
  package var hookName: String {
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

  /// The node with this name; nil if there is none.
  package init?(hookName: String) {
    switch hookName {
    case "hook_embed": self = .embed
    case "hook_pos_embed": self = .positionEmbed
    default:
      guard let name = HookName(hookName) else { return nil }
      let layer = name.layer
      switch (name.point, name.head) {
      case ("hook_q_input", let head?): self = .queryInput(layer: layer, head: head)
      case ("hook_k_input", let head?): self = .keyInput(layer: layer, head: head)
      case ("hook_v_input", let head?): self = .valueInput(layer: layer, head: head)
      case ("attn.hook_q", let head?): self = .query(layer: layer, head: head)
      case ("attn.hook_k", let head?): self = .key(layer: layer, head: head)
      case ("attn.hook_v", let head?): self = .value(layer: layer, head: head)
      case ("attn.hook_result", let head?): self = .result(layer: layer, head: head)
      case ("hook_mlp_in", nil): self = .mlpInput(layer: layer)
      case ("hook_mlp_out", nil): self = .mlpOutput(layer: layer)
      case ("hook_resid_post", nil): self = .output(layer: layer)
      default: return nil
      }
    }
    guard self.hookName == hookName else { return nil }
  }
}

extension CircuitEdge {
  /// The names of both ends.
  package var hookNames: [String] { [from.hookName, to.hookName] }

  /// The edge between two named nodes; nil if one of the names is not that of a node.
  package init?(hookNames names: [String]) {
    guard names.count == 2, let from = CircuitNode(hookName: names[0]),
      let to = CircuitNode(hookName: names[1])
    else { return nil }
    self.init(from: from, to: to)
  }
}

/// The parts of a name: `blocks.1.attn.hook_result[2]` is the point `attn.hook_result` of layer 1 and head 2.
private struct HookName {
  let layer: Int
  let point: Substring
  let head: Int?

  init?(_ name: String) {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "blocks", let layer = Int(parts[1]), layer >= 0 else { return nil }
    self.layer = layer
    guard let bracket = parts[2].firstIndex(of: "[") else {
      point = parts[2]
      head = nil
      return
    }
    let rest = parts[2][bracket...].dropFirst()
    guard rest.last == "]", let head = Int(rest.dropLast()), head >= 0 else { return nil }
    point = parts[2][..<bracket]
    self.head = head
  }
}
