// In: a variable graph. Out: the order of the variables that another variable reads.

import Runtime

/// An order of variables by their values on some inputs.
///
/// It numbers components that nothing else orders, so that the numbers do not depend on whether a program
/// says `a + b` or `b + a`, nor on any names.
struct ComponentOrder: Sendable {
  /// By variable.
  private let ranks: [Int]

  init(_ graph: VariableGraph, circuit: Circuit, in source: SOpGraph) {
    // Unless there are two heads to number, nothing needs to run.
    let heads = graph.variables.count { variable in
      switch variable.kind {
      case .aggregate, .width: true
      case .tokens, .indices, .map: false
      }
    }
    let sops = heads < 2 ? [] : Set(graph.variables.compactMap(\.sop)).sorted()
    let texts = SampleInputs.texts(of: sops, for: circuit, in: source)
    var keys: [String] = []
    for variable in graph.variables {
      if let sop = variable.sop {
        keys.append(texts[sop] ?? "")
      } else if case .map(let expression) = variable.kind {
        // The combined values of other variables.
        keys.append("(" + expression.roots.map { keys[$0.index] }.sorted().joined(separator: ", ") + ")")
      } else {
        keys.append("")
      }
    }
    let sorted = keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
    var ranks = Array(repeating: 0, count: keys.count)
    for (rank, index) in sorted.enumerated() { ranks[index] = rank }
    self.ranks = ranks
  }

  func sorted(_ ids: [VariableID]) -> [VariableID] {
    ids.sorted { ranks[$0.index] < ranks[$1.index] }
  }

  /// A selector's predicates, each with the key before the query.
  func sorted(_ atoms: [SelectorForm.Atom]) -> [SelectorForm.Atom] {
    func place(_ id: VariableID?) -> Int { id.map { ranks[$0.index] } ?? -1 }
    return atoms.sorted { a, b in
      (place(a.key), place(a.query)) < (place(b.key), place(b.query))
    }
  }
}
