// In: a variable graph. Out: the attention head and the MLP that compute each variable.
//
// A transformer alternates attention and MLPs: half-layer 2l is the attention of layer l, 2l + 1 its MLP.
// Every variable takes the first half-layer of its kind after everything it reads, which gives the smallest
// number of layers.

import Runtime
import Transformer

/// Where each variable is computed.
struct LayerAllocation: Sendable {
  /// For each variable, the layer of its attention head; nil if it has none.
  var attentionLayer: [Int?]
  /// Its head within the layer.
  var head: [Int?]
  /// The layer of the MLP that writes it; nil if it has none.
  var mlpLayer: [Int?]
  var layers: Int
  /// The number of heads in the layer with the most.
  var heads: Int
  /// The variables in the order in which heads and hidden units are laid out.
  var order: [VariableID]

  /// - Parameter componentOrder: orders the variables that another variable reads; nil leaves them as they
  ///   are
  init(_ graph: VariableGraph, by componentOrder: ComponentOrder? = nil) {
    let count = graph.variables.count
    let order = graph.breadthFirstOrder(by: componentOrder)
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
    var used = Array(repeating: 0, count: layers)
    for id in order {
      guard let layer = attentionLayer[id.index] else { continue }
      head[id.index] = used[layer]
      used[layer] += 1
    }
    heads = max(1, used.max() ?? 1)
  }
}

extension VariableGraph {
  /// The variables in breadth-first order from the output, with selectors as nodes of their own, so that the
  /// variables closest to the result come first. Heads and hidden units are numbered in this order.
  func breadthFirstOrder(by componentOrder: ComponentOrder?) -> [VariableID] {
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
        for atom in componentOrder?.sorted(atoms) ?? atoms {
          meet([atom.key, atom.query].compactMap { $0 })
        }
      case .variable(let id):
        switch self[id].kind {
        case .tokens, .indices: break
        case .map(let expression): meet(componentOrder?.sorted(expression.roots) ?? expression.roots)
        case .aggregate(let form, let source):
          queue.append(.selector(form))
          meet(componentOrder?.sorted(source.roots) ?? source.roots)
        case .width(let form): queue.append(.selector(form))
        }
      }
      next += 1
    }
    return order
  }
}
