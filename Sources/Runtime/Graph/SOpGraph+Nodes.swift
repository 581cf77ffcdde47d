/// Which nodes are made from which.
extension SOpGraph {
  /// An s-op or a selector of a graph.
  enum Node: Hashable, Sendable {
    case sop(SOpID)
    case selector(SelectorID)
  }

  /// The nodes that a node is made from, in the order in which they are evaluated.
  func inputs(of node: Node) -> [Node] {
    switch node {
    case .sop(let id):
      switch self[id].kind {
      case .tokens, .indices, .length, .constant: []
      case .map(_, let inputs): inputs.map { .sop($0) }
      case .aggregate(let selector, let value, _): [.selector(selector), .sop(value)]
      case .selectorWidth(let selector): [.selector(selector)]
      }
    case .selector(let id):
      switch self[id].kind {
      case .select(let keys, let queries, _): [.sop(keys), .sop(queries)]
      case .and(let a, let b), .or(let a, let b): [.selector(a), .selector(b)]
      case .not(let a), .one(let a): [.selector(a)]
      }
    }
  }

  /// The nodes that some outputs need, including these, each after its inputs.
  func nodes(neededFor outputs: [Node]) -> [Node] {
    var isSOpNeeded = [Bool](repeating: false, count: sops.count)
    var isSelectorNeeded = [Bool](repeating: false, count: selectors.count)
    var result: [Node] = []
    // Depth first with an explicit stack: a node is listed after its inputs.
    var stack: [(node: Node, isExpanded: Bool)] = outputs.reversed().map { ($0, false) }
    while let (node, isExpanded) = stack.popLast() {
      if isExpanded {
        result.append(node)
        continue
      }
      switch node {
      case .sop(let id):
        if isSOpNeeded[id.index] { continue }
        isSOpNeeded[id.index] = true
      case .selector(let id):
        if isSelectorNeeded[id.index] { continue }
        isSelectorNeeded[id.index] = true
      }
      stack.append((node, true))
      for input in inputs(of: node).reversed() { stack.append((input, false)) }
    }
    return result
  }
}
