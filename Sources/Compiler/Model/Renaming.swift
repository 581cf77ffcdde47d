// The same expressions over other variables.

extension LinearForm {
  func renaming(_ new: (VariableID) -> VariableID) -> LinearForm {
    LinearForm(
      numbers: Dictionary(uniqueKeysWithValues: numbers.map { (new($0), $1) }),
      tables: Dictionary(uniqueKeysWithValues: tables.map { (new($0), $1) }), constant: constant)
  }
}

extension Expression {
  func renaming(_ new: (VariableID) -> VariableID) -> Expression {
    switch self {
    case .constant: return self
    case .variable(let id): return .variable(new(id))
    case .table(var table):
      table.roots = table.roots.map(new)
      table.factor = nil
      return .table(table)
    case .linear(let form): return .linear(form.renaming(new))
    case .scaled(var scaled):
      scaled.form = scaled.form.renaming(new)
      scaled.gate = new(scaled.gate)
      return .scaled(scaled)
    case .steps(var steps):
      steps.form = steps.form.renaming(new)
      steps.gate = steps.gate.map(new)
      return .steps(steps)
    }
  }
}

extension SelectorForm {
  func renaming(_ new: (VariableID) -> VariableID) -> SelectorForm {
    var selector = self
    for clause in selector.clauses.indices {
      for atom in selector.clauses[clause].atoms.indices {
        let old = selector.clauses[clause].atoms[atom]
        selector.clauses[clause].atoms[atom].key = old.key.map(new)
        selector.clauses[clause].atoms[atom].query = old.query.map(new)
      }
    }
    return selector
  }
}

extension AggregateForm {
  func renaming(_ new: (VariableID) -> VariableID) -> AggregateForm {
    var form = self
    switch form.source {
    case .categorical(let root, let entries):
      form.source = .categorical(root: root.map(new), entries: entries)
    case .numerical(let sum): form.source = .numerical(sum.renaming(new))
    }
    return form
  }
}

extension Variable.Kind {
  func renaming(_ new: (VariableID) -> VariableID) -> Variable.Kind {
    switch self {
    case .tokens, .indices: self
    case .map(let expression): .map(expression.renaming(new))
    case .aggregate(let selector, let form): .aggregate(selector.renaming(new), form.renaming(new))
    case .width(let selector): .width(selector.renaming(new))
    }
  }
}
