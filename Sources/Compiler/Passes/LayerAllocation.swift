// In: a variable graph. Out: the attention head and the MLP that compute each variable.
//
// A transformer alternates attention and MLPs: half-layer 2l is layer l's attention, 2l + 1 its MLP. Every
// variable takes the first half-layer of its kind after all that it reads, which gives the least number of
// layers. Within that number, heads then move to later layers where that makes the busiest layer less busy.

import Runtime
import Transformer

/// Where each variable is computed.
struct LayerAllocation: Sendable {
  /// For each variable the layer of its attention head, nil without one.
  var attentionLayer: [Int?]
  /// Its head within the layer.
  var head: [Int?]
  /// The layer of the MLP that writes it, nil without one.
  var mlpLayer: [Int?]
  var layers: Int
  /// Heads of the busiest layer.
  var heads: Int
  /// The variables in the order in which heads and hidden units are laid out.
  var order: [VariableID]

  init(_ graph: VariableGraph) {
    let count = graph.variables.count
    let order = graph.breadthFirstOrder()
    var ready = Array(repeating: -1, count: count)
    attentionLayer = Array(repeating: nil, count: count)
    mlpLayer = Array(repeating: nil, count: count)
    head = Array(repeating: nil, count: count)
    for index in 0..<count {
      let id = VariableID(index)
      let last = graph.inputs(of: id).map { ready[$0.index] }.max() ?? -1
      switch graph[id].kind {
      case .tokens, .indices: break
      case .map:
        mlpLayer[index] = (last + 1) / 2
        ready[index] = 2 * mlpLayer[index]! + 1
      case .aggregate:
        attentionLayer[index] = (last + 2) / 2
        ready[index] = 2 * attentionLayer[index]!
      case .width:
        attentionLayer[index] = (last + 2) / 2
        mlpLayer[index] = attentionLayer[index]
        ready[index] = 2 * mlpLayer[index]! + 1
      }
    }
    layers = max(1, (ready.max() ?? -1) / 2 + 1)
    heads = 1
    self.order = order
    balance(graph)
    var used = Array(repeating: 0, count: layers)
    for id in order {
      guard let layer = attentionLayer[id.index] else { continue }
      head[id.index] = used[layer]
      used[layer] += 1
    }
    heads = max(1, used.max() ?? 1)
  }

  /// Moves heads (and what they feed) later, never past what needs them, while a layer has more heads than
  /// the fewest that a greedy schedule by deadline can do with.
  private mutating func balance(_ graph: VariableGraph) {
    var used = Array(repeating: 0, count: layers)
    for layer in attentionLayer.compactMap({ $0 }) { used[layer] += 1 }
    guard let busiest = used.max(), busiest > 1 else { return }
    let deadlines = latestHalfLayers(graph)
    var limit = (attentionLayer.lazy.filter { $0 != nil }.count + layers - 1) / layers
    while limit < busiest {
      if let schedule = schedule(graph, heads: limit, deadlines: deadlines) {
        (attentionLayer, mlpLayer) = schedule
        return
      }
      limit += 1
    }
  }

  /// The last half-layer in which each variable can be computed without adding a layer.
  private func latestHalfLayers(_ graph: VariableGraph) -> [Int] {
    var latest = Array(repeating: 2 * layers - 1, count: graph.variables.count)
    for index in graph.variables.indices.reversed() {
      let id = VariableID(index)
      let start: Int
      switch graph[id].kind {
      case .tokens, .indices: continue
      case .map: start = latest[index] % 2 == 1 ? latest[index] : latest[index] - 1
      case .aggregate:
        start = latest[index] % 2 == 0 ? latest[index] : latest[index] - 1
      case .width: start = (latest[index] % 2 == 1 ? latest[index] : latest[index] - 1) - 1
      }
      latest[index] = start
      for input in graph.inputs(of: id) { latest[input.index] = min(latest[input.index], start - 1) }
    }
    return latest
  }

  private func schedule(
    _ graph: VariableGraph, heads: Int, deadlines: [Int]
  ) -> ([Int?], [Int?])? {
    let count = graph.variables.count
    var ready = Array(repeating: Int.max, count: count)
    var attention: [Int?] = Array(repeating: nil, count: count)
    var mlp: [Int?] = Array(repeating: nil, count: count)
    var waiting: [Int] = []
    for index in 0..<count {
      switch graph[VariableID(index)].kind {
      case .tokens, .indices: ready[index] = -1
      default: waiting.append(index)
      }
    }
    for half in 0..<2 * layers {
      func isReady(_ index: Int) -> Bool {
        graph.inputs(of: VariableID(index)).allSatisfy { ready[$0.index] < half }
      }
      var taken = 0
      for index in waiting.sorted(by: { (deadlines[$0], $0) < (deadlines[$1], $1) }) where isReady(index) {
        switch graph[VariableID(index)].kind {
        case .tokens, .indices: continue
        case .map:
          guard half % 2 == 1 else { continue }
          mlp[index] = half / 2
          ready[index] = half
        case .aggregate, .width:
          guard half % 2 == 0, taken < heads else { continue }
          taken += 1
          attention[index] = half / 2
          ready[index] = half
          if case .width = graph[VariableID(index)].kind {
            mlp[index] = half / 2
            ready[index] = half + 1
          }
        }
      }
      waiting.removeAll { ready[$0] != Int.max }
      if waiting.contains(where: { deadlines[$0] <= half }) { return nil }
    }
    return waiting.isEmpty ? (attention, mlp) : nil
  }
}

extension VariableGraph {
  /// The variables as a breadth-first walk from the output meets them, selectors being nodes of their own:
  /// a reader of the graph sees the result first. Heads and hidden units are numbered in this order.
  func breadthFirstOrder() -> [VariableID] {
    enum Node {
      case variable(VariableID)
      case selector(SelectorForm)
    }
    var seen = Array(repeating: false, count: variables.count)
    var order: [VariableID] = []
    var queue: [Node] = []
    func meet(_ ids: [VariableID]) {
      for id in ids where !seen[id.index] {
        seen[id.index] = true
        order.append(id)
        queue.append(.variable(id))
      }
    }
    meet([output])
    var next = 0
    while next < queue.count {
      switch queue[next] {
      case .selector(let form):
        let atoms = form.clauses.flatMap(\.atoms)
        for atom in atoms { meet([atom.key, atom.query].compactMap { $0 }) }
      case .variable(let id):
        switch self[id].kind {
        case .tokens, .indices: break
        case .map(let expression): meet(expression.roots)
        case .aggregate(let form, let source):
          queue.append(.selector(form))
          meet(source.roots)
        case .width(let form): queue.append(.selector(form))
        }
      }
      next += 1
    }
    return order
  }
}
