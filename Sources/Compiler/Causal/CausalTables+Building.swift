// In: a variable graph. Out: the steps of a causal model, and their tables.

import Runtime

extension CausalTables {
  /// Adds a variable's tables and gives the step that uses them.
  mutating func step(for variable: Variable, in graph: VariableGraph) -> CausalStep {
    let isNumerical = !variable.isCategorical
    switch variable.kind {
    case .tokens: return .tokens
    case .indices: return .indices
    case .map(.table(let table)): return .table(add(table, numbers: isNumerical, in: graph))
    case .map(.linear(let form)): return .sum(add(form, in: graph))
    case .map(.scaled(let scaled)):
      return .scaled(
        add(scaled.form, in: graph), gate: scaled.gate.index,
        factors: add(scaled.factors.map { $0 ?? .nan }), noneCode: Int32(graph[scaled.gate].values.count))
    case .map(.steps(let steps)): return .steps(add(steps, numbers: isNumerical, in: graph))
    case .map(.constant), .map(.variable): fatalError("lowering leaves tables in their place")
    case .width(let selector):
      return .width(add(selector, in: graph), least: Int(variable.values[0].number!))
    case .aggregate(let selector, let form):
      let selection = add(selector, in: graph)
      switch form.source {
      case .numerical(let sum):
        return .mean(selection, add(sum, in: graph), fallback: form.fallbackNumber ?? .nan)
      case .categorical(let root, let entries):
        return .move(
          selection,
          CausalMove(
            root: root?.index ?? -1, entries: add(entries),
            noneCode: Int32(root.map { graph[$0].values.count } ?? 0), fallback: form.fallbackCode))
      }
    }
  }

  private mutating func add(_ table: TableExpression, numbers: Bool, in graph: VariableGraph) -> CausalTable {
    var stride = table.entries.count
    var roots: [Int32] = []
    for (place, root) in table.roots.enumerated() {
      stride /= table.radices[place]
      roots += [Int32(root.index), Int32(stride), Int32(graph[root].values.count)]
    }
    return CausalTable(
      roots: add(roots), rootCount: table.roots.count, entries: add(table.entries),
      numbers: numbers ? add(table.values.map { $0.number! }) : nil)
  }

  private mutating func add(_ form: LinearForm, in graph: VariableGraph) -> CausalSum {
    var terms: [Int32] = []
    for root in form.roots {
      let none = Int32(graph[root].values.count)
      if let factor = form.numbers[root] { terms += [Int32(root.index), 1, Int32(add([factor])), none] }
      if let weights = form.tables[root] {
        terms += [Int32(root.index), 0, Int32(add(weights.map { $0 ?? .nan })), none]
      }
    }
    return CausalSum(terms: add(terms), termCount: terms.count / 4, constant: form.constant)
  }

  private mutating func add(_ steps: StepExpression, numbers: Bool, in graph: VariableGraph) -> CausalSteps {
    var functions: [Int32] = []
    for function in steps.functions {
      functions += [Int32(add(function.points)), Int32(function.points.count), Int32(add(function.entries))]
    }
    return CausalSteps(
      sum: add(steps.form, in: graph),
      gate: steps.gate.map { (variable: $0.index, noneCode: Int32(graph[$0].values.count)) },
      functions: add(functions), isMonotone: steps.isMonotone, noneEntry: steps.noneEntry,
      numbers: numbers ? add(steps.values.map { $0.number! }) : nil)
  }

  private mutating func add(_ selector: SelectorForm, in graph: VariableGraph) -> CausalSelection {
    let first = clauses.count
    for clause in selector.clauses {
      let start = atoms.count
      for atom in clause.atoms {
        func noneCode(_ root: VariableID?) -> Int32 {
          guard let root, graph[root].mayBeNone else { return -1 }
          return Int32(graph[root].values.count)
        }
        let truth = add(atom.table.map { Int32($0.rawValue) })
        atoms.append(
          CausalAtom(
            key: Int32(atom.key?.index ?? -1), query: Int32(atom.query?.index ?? -1),
            queryCodes: Int32(atom.queryCodes), keyNone: noneCode(atom.key), queryNone: noneCode(atom.query),
            truth: truth))
      }
      clauses.append(start..<atoms.count)
    }
    return CausalSelection(clauses: first..<clauses.count)
  }
}
