// In: a variable graph and its layers. Out: a causal model.

import Runtime
import Transformer

/// Turns variables into the steps of a causal model, and their tables.
struct CausalModelBuilder {
  private let graph: VariableGraph
  private var tables = CausalTables()

  private init(_ graph: VariableGraph) { self.graph = graph }

  static func model(
    of graph: VariableGraph, circuit: Circuit, allocation: LayerAllocation
  ) -> CausalModel {
    var builder = CausalModelBuilder(graph)
    let steps = graph.variables.map { builder.step(for: $0) }
    let held = held(by: allocation, variables: graph.variables.count)
    let nodes = held.keys.sorted()
    let nodeVariables = nodes.map { held[$0]! }
    return CausalModel(
      nodes: nodes, nodeVariables: nodeVariables,
      variables: graph.variables.map {
        CausalModel.VariableInfo(
          name: $0.name, encoding: $0.encoding, domain: $0.values.map(\.value), sop: $0.sop)
      },
      output: graph.output.index, maxLength: circuit.lengths.upperBound, causal: circuit.causal,
      steps: steps, tables: builder.tables,
      readers: graph.variables.indices.map { builder.reached(from: [$0]) },
      downstream: nodeVariables.map { builder.reached(from: $0) })
  }

  /// The variables that each component holds, in order.
  private static func held(by allocation: LayerAllocation, variables: Int) -> [Component: [Int]] {
    var held: [Component: [Int]] = [:]
    for index in 0..<variables {
      if let layer = allocation.attentionLayer[index] {
        held[.head(layer: layer, head: allocation.head[index]!), default: []].append(index)
      }
      if let layer = allocation.mlpLayer[index] { held[.mlp(layer: layer), default: []].append(index) }
    }
    return held
  }

  /// By variable, whether it is one of some or depends on one.
  private func reached(from swapped: [Int]) -> [Bool] {
    var reached = Array(repeating: false, count: graph.variables.count)
    for index in swapped { reached[index] = true }
    for index in graph.variables.indices where !reached[index] {
      reached[index] = graph.inputs(of: VariableID(index)).contains { reached[$0.index] }
    }
    return reached
  }

  // MARK: Steps

  /// Adds a variable's tables and gives the step that uses them.
  private mutating func step(for variable: Variable) -> CausalStep {
    switch variable.kind {
    case .tokens: return .tokens
    case .indices: return .indices
    case .map(.table(let table)): return .table(add(table, isNumerical: !variable.isCategorical))
    case .map(.linear(let form)): return .sum(add(form))
    case .map(.scaled(let scaled)):
      return .scaled(
        add(scaled.form), by: code(scaled.gate), factors: add(scaled.factors.map { $0 ?? .nan }))
    case .map(.steps(let steps)): return .steps(add(steps, isNumerical: !variable.isCategorical))
    case .map(.constant), .map(.variable): fatalError("lowering leaves tables in their place")
    case .width(let selector): return .width(add(selector), least: Int(variable.values[0].number!))
    case .aggregate(let selector, let form):
      let selection = add(selector)
      switch form.source {
      case .numerical(let sum): return .mean(selection, add(sum), fallback: form.fallbackNumber ?? .nan)
      case .categorical(let root, let entries):
        return .move(
          selection,
          CausalMove(
            root: root.map { .code(code($0)) } ?? .constant, entries: add(entries),
            fallback: form.fallbackCode))
      }
    }
  }

  private func code(_ root: VariableID) -> CausalCode {
    CausalCode(variable: Int32(root.index), noneCode: Int32(graph[root].values.count))
  }

  private mutating func add(_ table: TableExpression, isNumerical: Bool) -> CausalTable {
    var stride = table.entries.count
    let roots = zip(table.roots, table.radices).map { root, radix in
      stride /= radix
      return CausalRoot(code: code(root), stride: stride)
    }
    tables.roots += roots
    return CausalTable(
      roots: tables.roots.count - roots.count..<tables.roots.count, entries: add(table.entries),
      result: isNumerical ? result(table.values) : .codes)
  }

  private mutating func add(_ form: LinearForm) -> CausalSum {
    let first = tables.terms.count
    for root in form.roots {
      if let factor = form.numbers[root] {
        tables.terms.append(.number(variable: root.index, factor: factor))
      }
      if let weights = form.tables[root] {
        let place = add(weights.map { $0 ?? .nan })
        tables.terms.append(.weight(code(root), weights: place))
      }
    }
    return CausalSum(terms: first..<tables.terms.count, constant: form.constant)
  }

  private mutating func add(_ steps: StepExpression, isNumerical: Bool) -> CausalSteps {
    let functions = steps.functions.map { function in
      let points = add(function.points)
      return CausalFunction(
        points: points..<points + function.points.count, entries: add(function.entries))
    }
    tables.functions += functions
    return CausalSteps(
      sum: add(steps.form), functions: tables.functions.count - functions.count,
      gate: steps.gate.map(code), isMonotone: steps.isMonotone, noneEntry: steps.noneEntry,
      result: isNumerical ? result(steps.values) : .codes)
  }

  private mutating func add(_ selector: SelectorForm) -> CausalSelection {
    let first = tables.clauses.count
    for clause in selector.clauses {
      let start = tables.atoms.count
      for atom in clause.atoms {
        func side(_ root: VariableID?) -> CausalInput {
          guard let root else { return .constant }
          var held = code(root)
          if !graph[root].mayBeNone { held.noneCode = -1 }
          return .code(held)
        }
        let truth = add(atom.table.map { Int32($0.rawValue) })
        tables.atoms.append(
          CausalAtom(
            key: side(atom.key), query: side(atom.query), queryCodes: Int32(atom.queryCodes), truth: truth))
      }
      tables.clauses.append(start..<tables.atoms.count)
    }
    let clauses = first..<tables.clauses.count
    let atoms = clauses.count == 1 ? tables.clauses[first] : 0..<0
    return atoms.count == 1 ? .atom(atoms.lowerBound) : .clauses(clauses)
  }

  private mutating func result(_ values: [HeldValue]) -> CausalResult {
    .numbers(add(values.map { $0.number! }))
  }

  private mutating func add(_ list: [Int32]) -> Int {
    tables.integers += list
    return tables.integers.count - list.count
  }

  private mutating func add(_ list: [Double]) -> Int {
    tables.doubles += list
    return tables.doubles.count - list.count
  }
}
