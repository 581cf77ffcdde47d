/// A selector in the form in which an attention head scores it: it selects where every clause is true.
struct SelectorForm: Sendable {
  var clauses: [Clause]

  /// Atoms that are never true together; the clause is true if one of them is.
  struct Clause: Sendable {
    var atoms: [Atom]
  }

  /// A predicate of at most one variable at the key's position and one at the query's.
  struct Atom: Sendable {
    var key: VariableID?
    var query: VariableID?
    var keyCodes: Int
    var queryCodes: Int
    /// [key code, query code]; a constant side has one code.
    var table: [Truth]

    subscript(key: Int, query: Int) -> Truth { table[key * queryCodes + query] }
  }

  /// The result of a predicate.
  enum Truth: UInt8, Sendable {
    case no = 0
    case yes = 1
    /// The predicate has no result; no input that the program accepts leads here.
    case undefined = 2
  }

  var roots: [VariableID] {
    clauses.flatMap { $0.atoms.flatMap { [$0.key, $0.query].compactMap { $0 } } }
  }
}

/// What an aggregate reads at the selected positions, and what it gives if none is selected.
struct AggregateForm: Sendable {
  enum Source: Sendable {
    /// The value of one variable (or none), through a table of codes to the aggregate's own values.
    case categorical(root: VariableID?, entries: [Int32])
    /// The mean of a number.
    case numerical(LinearForm)
  }

  var source: Source
  /// For a categorical aggregate, an index into its values or ``Code/none``; unused otherwise.
  var fallbackCode: Int32
  /// For a numerical aggregate; nil is None.
  var fallbackNumber: Double?

  var roots: [VariableID] {
    switch source {
    case .categorical(let root, _): root.map { [$0] } ?? []
    case .numerical(let form): form.roots
    }
  }
}
