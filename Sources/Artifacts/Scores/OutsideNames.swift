import Discovery
import Transformer

// Names of nodes in scores that other tools write, each the way its tool has it:
//
//   TransformerLens's hooks   hook_embed, blocks.0.attn.hook_result[1], blocks.1.hook_q_input[0], blocks.1.hook_mlp_in
//   EAP-IG and MIB            input, a0.h1, a1.h0<q>, m1, logits
//   auto-circuit              Resid Start, A0.1, A1.0.Q, MLP 1, Resid End

extension ScoredSource {
  /// The source of a name; nil if no tool calls any so.
  package init?(outsideName name: String) {
    if let node = CircuitNode(hookName: name), let source = SourceNode(node) {
      self = .node(source)
    } else if let component = Component(hookName: name) {
      self = .node(SourceNode(component))
    } else if ["input", "Resid Start", "blocks.0.hook_resid_pre"].contains(name) {
      self = .embeddings
    } else if let place = OutsidePlace(name), place.input == nil {
      self = .node(place.source)
    } else {
      return nil
    }
  }
}

extension ScoredTarget {
  /// The target of a name in a transformer with so many layers; nil if no tool calls any so. A head's name stands for
  /// all its inputs, and an MLP's for its input.
  package init?(outsideName name: String, layers: Int) {
    if ["logits", "Resid End", "output"].contains(name) {
      self = .input(.output)
    } else if let node = CircuitNode(hookName: name), let target = TargetNode(node) {
      guard target.node(layers: layers) == node else { return nil }
      self = .input(target)
    } else if let source = ScoredSource(outsideName: name), case .node(let node) = source {
      switch node {
      case .head(let layer, let head): self = .head(layer: layer, head: head)
      case .mlp(let layer): self = .input(.mlp(layer: layer))
      case .embed, .positionEmbed: return nil
      }
    } else if let place = OutsidePlace(name), let input = place.input, let head = place.head {
      switch input {
      case "q", "Q": self = .input(.query(layer: place.layer, head: head))
      case "k", "K": self = .input(.key(layer: place.layer, head: head))
      default: self = .input(.value(layer: place.layer, head: head))
      }
    } else {
      return nil
    }
  }
}

/// A head or an MLP as EAP-IG or auto-circuit names it.
private struct OutsidePlace {
  let layer: Int
  /// Nil for an MLP.
  let head: Int?
  /// q, k or v, in either case; nil for the whole head.
  let input: Substring?

  init?(_ name: String) {
    if let match = name.wholeMatch(of: /a(\d+)\.h(\d+)(?:<([qkv])>)?/)
      ?? name.wholeMatch(of: /A(\d+)\.(\d+)(?:\.([QKV]))?/)
    {
      guard let layer = Int(match.1), let head = Int(match.2) else { return nil }
      self.layer = layer
      self.head = head
      input = match.3
    } else if let match = name.wholeMatch(of: /(?:m|MLP )(\d+)/) {
      guard let layer = Int(match.1) else { return nil }
      self.layer = layer
      head = nil
      input = nil
    } else {
      return nil
    }
  }

  var source: SourceNode {
    head.map { .head(layer: layer, head: $0) } ?? .mlp(layer: layer)
  }
}
