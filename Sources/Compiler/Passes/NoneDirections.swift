// In: a variable graph. Out: the same graph with a residual direction for None wherever it matters.
//
// A categorical None is the zero vector, to which no attention score and no hidden unit reacts. That is
// correct as long as None leads to None; if it leads to a value, it must be readable. A numerical variable
// has no such zero, so if it may be None, every function of it needs a direction.

import Runtime

extension VariableGraph {
  /// Gives None a direction in every variable whose None is read.
  mutating func addNoneDirections() {
    for variable in variables {
      switch variable.kind {
      case .tokens, .indices: break
      case .map(.table(let table)):
        for (place, root) in table.roots.enumerated() where self[root].mayBeNone {
          if table.tellsNone(at: place, values: self[root].values.count) { requireNoneDirection(of: root) }
        }
      case .map(.steps(let steps)):
        requireNoneDirections(of: steps.form.roots)
        if let gate = steps.gate, self[gate].mayBeNone, let last = steps.functions.last,
          last.entries.contains(where: { $0 >= 0 })
        {
          requireNoneDirection(of: gate)
        }
      case .map(.linear(let form)): requireNoneDirections(of: form)
      case .map(.scaled(let scaled)):
        requireNoneDirections(of: scaled.form)
        if self[scaled.gate].mayBeNone, let factor = scaled.factors.last!, factor != 0 {
          requireNoneDirection(of: scaled.gate)
        }
      case .map: break
      case .aggregate(let selector, let form):
        requireNoneDirections(of: selector)
        switch form.source {
        case .categorical(let root?, let entries):
          if self[root].mayBeNone, entries.last! >= 0 { requireNoneDirection(of: root) }
        case .categorical: break
        case .numerical(let sum): requireNoneDirections(of: sum)
        }
      case .width(let selector): requireNoneDirections(of: selector)
      }
    }
  }

  /// For variables whose None stands for a number in a sum.
  private mutating func requireNoneDirections(of form: LinearForm) {
    for (root, weights) in form.tables where self[root].mayBeNone {
      if let weight = weights.last!, weight != 0 { requireNoneDirection(of: root) }
    }
  }

  private mutating func requireNoneDirections(of roots: [VariableID]) {
    for root in roots where self[root].mayBeNone { requireNoneDirection(of: root) }
  }

  private mutating func requireNoneDirections(of selector: SelectorForm) {
    for clause in selector.clauses {
      for atom in clause.atoms {
        if let key = atom.key, self[key].mayBeNone,
          (0..<atom.queryCodes).contains(where: { atom[atom.keyCodes - 1, $0] != .no })
        {
          requireNoneDirection(of: key)
        }
        if let query = atom.query, self[query].mayBeNone,
          (0..<atom.keyCodes).contains(where: { atom[$0, atom.queryCodes - 1] != .no })
        {
          requireNoneDirection(of: query)
        }
      }
    }
  }

  /// Also covers the variables whose None becomes this one's.
  private mutating func requireNoneDirection(of id: VariableID) {
    var pending = [id]
    while let id = pending.popLast() {
      guard self[id].mayBeNone, !self[id].hasNoneDirection else { continue }
      self[id].hasNoneDirection = true
      switch self[id].kind {
      case .tokens, .indices, .width: break
      case .map(let expression): pending += expression.roots
      case .aggregate(_, let form): pending += form.roots
      }
    }
  }
}

extension TableExpression {
  /// Whether a missing value of the root at this index gives something other than None.
  func tellsNone(at place: Int, values: Int) -> Bool {
    let stride = radices[(place + 1)...].reduce(1, *)
    return entries.indices.contains { index in
      entries[index] >= 0 && (index / stride) % radices[place] == values
    }
  }
}
