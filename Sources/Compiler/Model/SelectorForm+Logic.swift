extension SelectorForm.Truth: Comparable {
  static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  var not: Self {
    switch self {
    case .no: .yes
    case .yes: .no
    case .undefined: .undefined
    }
  }

  static func and(_ a: Self, _ b: Self) -> Self {
    a == .no || b == .no ? .no : max(a, b)
  }

  static func or(_ a: Self, _ b: Self) -> Self {
    a == .yes || b == .yes ? .yes : max(a, b)
  }
}

extension SelectorForm {
  /// Whether the selector selects a pair, given the codes of its variables on both sides.
  func truth(keys: [VariableID: Int], queries: [VariableID: Int]) -> Truth {
    var result = Truth.yes
    for clause in clauses {
      var any = Truth.no
      for atom in clause.atoms {
        let key = atom.key.map { keys[$0]! } ?? 0
        let query = atom.query.map { queries[$0]! } ?? 0
        any = .or(any, atom[key, query])
      }
      result = .and(result, any)
    }
    return result
  }

  /// The conjunction: all clauses, with those over the same two variables merged into one table.
  func and(_ other: SelectorForm) -> SelectorForm {
    var result = self
    for clause in other.clauses {
      if clause.atoms.count == 1,
        let place = result.clauses.firstIndex(where: {
          $0.atoms.count == 1 && $0.atoms[0].hasSameSides(as: clause.atoms[0])
        })
      {
        result.clauses[place].atoms[0].merge(clause.atoms[0], Truth.and)
      } else {
        result.clauses.append(clause)
      }
    }
    return result
  }

  /// The disjunction, if a head can score it: two predicates of the same variables, or predicates that are
  /// never true together.
  func or(_ other: SelectorForm) -> SelectorForm? {
    guard clauses.count == 1, other.clauses.count == 1 else { return nil }
    let (a, b) = (clauses[0].atoms, other.clauses[0].atoms)
    if a.count == 1, b.count == 1, a[0].hasSameSides(as: b[0]) {
      var atom = a[0]
      atom.merge(b[0], Truth.or)
      return SelectorForm(clauses: [Clause(atoms: [atom])])
    }
    let exclusive = a.allSatisfy { first in b.allSatisfy { first.excludes($0) } }
    return exclusive ? SelectorForm(clauses: [Clause(atoms: a + b)]) : nil
  }

  /// The negation, if it is a predicate of the same variables.
  func not() -> SelectorForm? {
    guard clauses.count == 1, clauses[0].atoms.count == 1 else { return nil }
    var result = self
    result.clauses[0].atoms[0].table = clauses[0].atoms[0].table.map(\.not)
    return result
  }

  /// The same in a head with a causal mask, without predicates of two positions that the mask implies:
  /// `indices <= indices` is true of all keys that a query can see.
  func leavingOutWhatTheMaskDoes(in graph: VariableGraph) -> SelectorForm {
    var result = self
    for (place, clause) in clauses.enumerated() where clause.atoms.count == 1 {
      let atom = clause.atoms[0]
      guard let key = atom.key, key == atom.query, case .indices = graph[key].kind else { continue }
      let isTrueWhereSeen = (0..<atom.queryCodes).allSatisfy { query in
        (0...query).allSatisfy { atom[$0, query] == .yes }
      }
      if isTrueWhereSeen {
        result.clauses[place].atoms = [Atom(key: nil, query: nil, keyCodes: 1, queryCodes: 1, table: [.yes])]
      }
    }
    return result
  }

  /// Whether every position certainly selects itself.
  var alwaysSelectsItself: Bool {
    clauses.allSatisfy { clause in
      clause.atoms.contains { atom in
        if atom.key == atom.query {
          return (0..<atom.keyCodes).allSatisfy { atom[$0, $0] == .yes }
        }
        return atom.table.allSatisfy { $0 == .yes }
      }
    }
  }

  /// Whether every position certainly selects some position: itself, or the first.
  func alwaysSelects(in graph: VariableGraph) -> Bool {
    if alwaysSelectsItself { return true }
    return clauses.allSatisfy { clause in
      clause.atoms.contains { atom in
        guard let key = atom.key, case .indices = graph[key].kind else {
          return atom.key == nil && atom.table.allSatisfy { $0 == .yes }
        }
        return (0..<atom.queryCodes).allSatisfy { atom[0, $0] == .yes }
      }
    }
  }
}

extension SelectorForm.Atom {
  func hasSameSides(as other: Self) -> Bool { key == other.key && query == other.query }

  mutating func merge(
    _ other: Self, _ combine: (SelectorForm.Truth, SelectorForm.Truth) -> SelectorForm.Truth
  ) {
    table = zip(table, other.table).map(combine)
  }

  /// Whether a variable that both share shows that they are never true together.
  func excludes(_ other: Self) -> Bool {
    if let key, key == other.key {
      let mine = (0..<keyCodes).map { code in (0..<queryCodes).contains { self[code, $0] != .no } }
      let others = (0..<keyCodes).map { code in (0..<other.queryCodes).contains { other[code, $0] != .no } }
      if !zip(mine, others).contains(where: { $0 && $1 }) { return true }
    }
    if let query, query == other.query {
      let mine = (0..<queryCodes).map { code in (0..<keyCodes).contains { self[$0, code] != .no } }
      let others = (0..<queryCodes).map { code in (0..<other.keyCodes).contains { other[$0, code] != .no } }
      if !zip(mine, others).contains(where: { $0 && $1 }) { return true }
    }
    return false
  }
}
