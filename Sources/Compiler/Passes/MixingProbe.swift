// In: a variable graph. Out: the categorical aggregates that sample inputs show to select different values.

import Runtime
import Transformer

/// Runs the variable graph on inputs chosen to show aggregates that mix values.
enum MixingProbe {
  static func mixingAggregates(of graph: VariableGraph, circuit: Circuit, seed: UInt64) -> [VariableID] {
    let candidates = graph.variables.indices.filter { index in
      guard case .aggregate(let selector, let form) = graph.variables[index].kind,
        case .categorical(let root, let entries) = form.source
      else { return false }
      return !selector.selectsOneValue(root: root, entries: entries, in: graph)
    }
    guard !candidates.isEmpty else { return [] }
    let model = CausalModel(graph, circuit: circuit, allocation: LayerAllocation(graph))
    var state = model.makeState()
    var mixing: Set<Int> = []
    for input in inputs(circuit, seed: seed) {
      model.run(input, into: &state)
      for index in candidates where !mixing.contains(index) {
        if (0..<input.count).contains(where: { state.id(of: index, at: $0) == CausalModel.Status.unknown }) {
          mixing.insert(index)
        }
      }
    }
    // What reads a mixture is not itself to blame.
    return mixing.sorted().map { VariableID($0) }.filter { id in
      !graph.inputs(of: id).contains { dependsOn($0, mixing, in: graph) }
    }
  }

  private static func dependsOn(_ id: VariableID, _ mixing: Set<Int>, in graph: VariableGraph) -> Bool {
    var pending = [id]
    var seen: Set<VariableID> = []
    while let next = pending.popLast() {
      if mixing.contains(next.index) { return true }
      if seen.insert(next).inserted { pending += graph.inputs(of: next) }
    }
    return false
  }

  /// Constant sequences, sequences of few different tokens, and random ones, the longest among them.
  private static func inputs(_ circuit: Circuit, seed: UInt64) -> [[Int32]] {
    var generator = SeededGenerator(seed: seed, stream: "mixing")
    let vocabulary = circuit.vocabulary.count
    var result: [[Int32]] = []
    for length in circuit.lengths {
      for token in 0..<min(vocabulary, 4) {
        result.append(Array(repeating: Int32(token), count: length))
      }
    }
    for round in 0..<300 {
      let length =
        round % 2 == 0
        ? circuit.lengths.upperBound
        : circuit.lengths.lowerBound + generator.index(below: circuit.lengths.count)
      let letters = (0..<[2, 3, 5, vocabulary][round % 4]).map { _ in
        Int32(generator.index(below: vocabulary))
      }
      result.append((0..<length).map { _ in letters[generator.index(below: letters.count)] })
    }
    return result
  }
}

extension SelectorForm {
  /// Whether every selection is sure to give one value: at most one position is selected, or what is read
  /// there depends only on the variable that selects it.
  func selectsOneValue(root: VariableID?, entries: [Int32], in graph: VariableGraph) -> Bool {
    if root == nil || Set(entries).count <= 1 { return true }
    return clauses.contains { clause in
      guard clause.atoms.count == 1, let key = clause.atoms[0].key else { return false }
      let atom = clause.atoms[0]
      var isPosition = false
      if case .indices = graph[key].kind { isPosition = true }
      guard isPosition || key == root else { return false }
      return (0..<atom.queryCodes).allSatisfy { query in
        let selected = (0..<atom.keyCodes).filter { atom[$0, query] != .no }
        return isPosition ? selected.count <= 1 : Set(selected.map { entries[$0] }).count <= 1
      }
    }
  }
}
