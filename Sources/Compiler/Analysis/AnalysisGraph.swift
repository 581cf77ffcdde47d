import Runtime

/// The s-ops that some outputs need, each after its inputs, in the order in which an analysis visits them.
struct AnalysisGraph: Sendable {
  struct Node: Sendable {
    let id: SOpID
    let kind: Kind
    /// The nodes that this one is an elementwise function of and that are not maps themselves; the node
    /// itself if it is not a map.
    let bases: [Int]
  }

  enum Kind: Sendable {
    case tokens
    case indices
    case length
    case constant(Value)
    case map(Operation, [Int])
    case aggregate(Selection, value: Int, fallback: Value)
    case width(Selection)
  }

  /// A selector, and the nodes that it compares.
  struct Selection: Sendable {
    let logic: SelectorLogic
    let keys: [Int]
    let queries: [Int]
  }

  private(set) var nodes: [Node] = []
  /// By s-op.
  private(set) var places: [SOpID: Int] = [:]

  /// - Parameter wholes: sums that are known to be the widths of selectors
  init(_ outputs: [SOpID], in graph: SOpGraph, wholes: [SOpID: SelectorID] = [:]) {
    for id in Self.needed(outputs, in: graph, wholes) {
      let canonical = graph.canonical(id)
      if places[canonical] == nil { add(canonical, in: graph, wholes) }
      places[id] = places[canonical]!
    }
  }

  private mutating func add(_ id: SOpID, in graph: SOpGraph, _ wholes: [SOpID: SelectorID]) {
    let place = nodes.count
    var bases = [place]
    let kind: Kind
    switch graph[id].kind {
    case .tokens: kind = .tokens
    case .indices: kind = .indices
    case .length: kind = .length
    case .constant(let value):
      kind = .constant(value)
      bases = []
    case .map where wholes[id] != nil: kind = .width(selection(wholes[id]!, in: graph))
    case .map(let operation, let inputs):
      let inputs = inputs.map { places[$0]! }
      kind = .map(operation, inputs)
      bases = Set(inputs.flatMap { nodes[$0].bases }).sorted()
    case .aggregate(let selector, let value, let fallback):
      kind = .aggregate(selection(selector, in: graph), value: places[value]!, fallback: fallback)
    case .selectorWidth(let selector): kind = .width(selection(selector, in: graph))
    }
    places[id] = place
    nodes.append(Node(id: id, kind: kind, bases: bases))
  }

  private func selection(_ selector: SelectorID, in graph: SOpGraph) -> Selection {
    let logic = SelectorLogic(selector, in: graph)
    return Selection(
      logic: logic, keys: logic.keys.map { places[$0]! }, queries: logic.queries.map { places[$0]! })
  }

  /// The ancestors of the outputs, in the order of the graph, in which inputs come first.
  static func needed(
    _ outputs: [SOpID], in graph: SOpGraph, _ wholes: [SOpID: SelectorID]
  ) -> [SOpID] {
    var needed: Set<SOpID> = []
    var seen: Set<SelectorID> = []
    var pending = outputs
    var selectors: [SelectorID] = []
    while true {
      if let id = selectors.popLast() {
        guard seen.insert(id).inserted else { continue }
        switch graph[id].kind {
        case .select(let keys, let queries, _): pending += [keys, queries]
        case .and(let a, let b), .or(let a, let b): selectors += [a, b]
        case .not(let a), .one(let a): selectors.append(a)
        }
      } else if let id = pending.popLast() {
        guard needed.insert(id).inserted else { continue }
        switch graph[id].kind {
        case .tokens, .indices, .length, .constant: break
        case .map(_, let inputs):
          pending += inputs
          if let whole = wholes[id] { selectors.append(whole) }
        case .aggregate(let selector, let values, _):
          selectors.append(selector)
          pending.append(values)
        case .selectorWidth(let selector): selectors.append(selector)
        }
      } else {
        return needed.sorted()
      }
    }
  }
}
