// In: a variable graph and its layers. Out: the edges of the compiled transformer's circuit.
//
// The benchmark's convention (InterpBench, arXiv 2407.14494): a variable is found at the embedding or the
// component that writes it, and also at the query or key activation of a head that has read it. A later
// reader has an edge from each of these, except from those that only feed another of them. This has two
// problems. Edges from a query or key activation to anything but the result of its own head join no two nodes
// of a transformer's full edge graph, so methods that score that graph never see them. And if an MLP's own
// input already carries what the MLP writes, the edge from the component that it has read is lost. The data
// flow has neither problem: each reader has one edge from each component that writes what it reads.

import Transformer

/// Builds the edges component by component.
struct CircuitEdges {
  /// What a node of the computation carries: a variable, or the mean from which a selector width is computed.
  private enum Label: Hashable {
    case variable(VariableID)
    case mean(VariableID)
  }

  private var places: [Label: [CircuitNode]] = [:]
  private var inputs: [CircuitNode: Set<CircuitNode>] = [:]
  private(set) var edges: [CircuitEdge] = []
  private let convention: Convention

  /// Which edges count.
  enum Convention {
    case benchmark
    case dataflow
  }

  private init(_ convention: Convention) { self.convention = convention }

  static func edges(
    of graph: VariableGraph, _ allocation: LayerAllocation, by convention: Convention
  ) -> [CircuitEdge] {
    var builder = CircuitEdges(convention)
    builder.build(graph, allocation)
    return builder.edges
  }

  private mutating func build(_ graph: VariableGraph, _ allocation: LayerAllocation) {
    for (index, variable) in graph.variables.enumerated() {
      switch variable.kind {
      case .tokens: places[.variable(VariableID(index))] = [.embed]
      case .indices: places[.variable(VariableID(index))] = [.positionEmbed]
      default: break
      }
    }
    var heads = Array(repeating: [VariableID](), count: allocation.layers)
    var maps = Array(repeating: [VariableID](), count: allocation.layers)
    for id in allocation.order {
      if let layer = allocation.attentionLayer[id.index] { heads[layer].append(id) }
      if let layer = allocation.mlpLayer[id.index] { maps[layer].append(id) }
    }
    for layer in 0..<allocation.layers {
      for id in heads[layer].sorted(by: { allocation.head[$0.index]! < allocation.head[$1.index]! }) {
        addHead(of: id, in: graph, layer: layer, head: allocation.head[id.index]!)
      }
      if !maps[layer].isEmpty { addMLP(maps[layer], in: graph, layer: layer) }
    }
    add(from: [.variable(graph.output)], to: .output(layer: allocation.layers - 1))
  }

  private mutating func addHead(of id: VariableID, in graph: VariableGraph, layer: Int, head: Int) {
    let selector: SelectorForm
    let values: [Label]
    let output: Label
    switch graph[id].kind {
    case .aggregate(let form, let source):
      (selector, values, output) = (form, source.roots.map(Label.variable), .variable(id))
    case .width(let form): (selector, values, output) = (form, [], .mean(id))
    default: return
    }
    let atoms = selector.clauses.flatMap(\.atoms)
    let queries = atoms.compactMap(\.query).map(Label.variable)
    let keys = atoms.compactMap(\.key).map(Label.variable)
    add(from: queries, to: .queryInput(layer: layer, head: head))
    add(from: keys, to: .keyInput(layer: layer, head: head))
    add(from: values, to: .valueInput(layer: layer, head: head))
    hold([output], at: .valueInput(layer: layer, head: head))
    add(from: .queryInput(layer: layer, head: head), to: .query(layer: layer, head: head))
    hold(queries, at: .query(layer: layer, head: head))
    add(from: .keyInput(layer: layer, head: head), to: .key(layer: layer, head: head))
    hold(keys, at: .key(layer: layer, head: head))
    add(from: .valueInput(layer: layer, head: head), to: .value(layer: layer, head: head))
    hold([output], at: .value(layer: layer, head: head))
    for place in [
      CircuitNode.query(layer: layer, head: head), .key(layer: layer, head: head),
      .value(layer: layer, head: head),
    ] {
      add(from: place, to: .result(layer: layer, head: head))
    }
    hold([output], at: .result(layer: layer, head: head))
  }

  private mutating func addMLP(_ variables: [VariableID], in graph: VariableGraph, layer: Int) {
    var read: [Label] = []
    var written: [Label] = []
    for id in variables {
      written.append(.variable(id))
      if graph[id].isWidth {
        read.append(.mean(id))
        if convention == .benchmark { written.append(.mean(id)) }
      } else {
        read += graph.inputs(of: id).map(Label.variable)
      }
    }
    add(from: read, to: .mlpInput(layer: layer))
    hold(written, at: .mlpInput(layer: layer))
    add(from: .mlpInput(layer: layer), to: .mlpOutput(layer: layer))
    hold(written, at: .mlpOutput(layer: layer))
  }

  private mutating func hold(_ labels: [Label], at place: CircuitNode) {
    if convention == .dataflow {
      switch place {
      case .result, .mlpOutput: break
      default: return
      }
    }
    for label in Set(labels) { places[label, default: []].append(place) }
  }

  private mutating func add(from labels: [Label], to place: CircuitNode) {
    var found: [CircuitNode] = []
    for label in labels {
      for node in places[label] ?? [] where !found.contains(node) { found.append(node) }
    }
    let feeding = found.reduce(into: Set<CircuitNode>()) { $0.formUnion(inputs[$1] ?? []) }
    for node in found where !feeding.contains(node) { add(from: node, to: place) }
  }

  private mutating func add(from: CircuitNode, to: CircuitNode) {
    if inputs[to, default: []].insert(from).inserted { edges.append(CircuitEdge(from: from, to: to)) }
  }
}
