// In: a variable graph. Out: the same without variables that the output does not depend on.

import Runtime

extension VariableGraph {
  /// What a variable reads directly.
  func inputs(of id: VariableID) -> [VariableID] {
    switch self[id].kind {
    case .tokens, .indices: []
    case .map(let expression): expression.roots
    case .aggregate(let selector, let form): selector.roots + form.roots
    case .width(let selector): selector.roots
    }
  }

  func withoutDeadVariables() -> VariableGraph {
    var isLive = Array(repeating: false, count: variables.count)
    isLive[output.index] = true
    for index in variables.indices.reversed() where isLive[index] {
      for input in inputs(of: VariableID(index)) { isLive[input.index] = true }
    }
    guard isLive.contains(false) else { return self }
    var places = Array(repeating: VariableID(-1), count: variables.count)
    var result = VariableGraph()
    for (index, variable) in variables.enumerated() where isLive[index] {
      places[index] = VariableID(result.variables.count)
      result.variables.append(variable)
    }
    func move(_ id: VariableID) -> VariableID { places[id.index] }
    func move(_ form: LinearForm) -> LinearForm {
      LinearForm(
        numbers: Dictionary(uniqueKeysWithValues: form.numbers.map { (move($0), $1) }),
        tables: Dictionary(uniqueKeysWithValues: form.tables.map { (move($0), $1) }), constant: form.constant)
    }
    func move(_ expression: Expression) -> Expression {
      switch expression {
      case .constant: return expression
      case .variable(let id): return .variable(move(id))
      case .table(var table):
        table.roots = table.roots.map(move)
        table.factor = nil
        return .table(table)
      case .linear(let form): return .linear(move(form))
      case .scaled(var scaled):
        scaled.form = move(scaled.form)
        scaled.gate = move(scaled.gate)
        return .scaled(scaled)
      case .steps(var steps):
        steps.form = move(steps.form)
        steps.gate = steps.gate.map(move)
        return .steps(steps)
      }
    }
    func move(_ selector: SelectorForm) -> SelectorForm {
      var selector = selector
      for clause in selector.clauses.indices {
        for atom in selector.clauses[clause].atoms.indices {
          let old = selector.clauses[clause].atoms[atom]
          selector.clauses[clause].atoms[atom].key = old.key.map(move)
          selector.clauses[clause].atoms[atom].query = old.query.map(move)
        }
      }
      return selector
    }
    for index in result.variables.indices {
      switch result.variables[index].kind {
      case .tokens, .indices: break
      case .map(let expression): result.variables[index].kind = .map(move(expression))
      case .aggregate(let selector, var form):
        switch form.source {
        case .categorical(let root, let entries):
          form.source = .categorical(root: root.map(move), entries: entries)
        case .numerical(let sum): form.source = .numerical(move(sum))
        }
        result.variables[index].kind = .aggregate(move(selector), form)
      case .width(let selector): result.variables[index].kind = .width(move(selector))
      }
    }
    result.output = move(output)
    return result
  }
}
