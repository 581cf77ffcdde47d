/// A selector as an attention head scores it: it selects where every clause is true.
struct SelectorForm: Sendable {
  var clauses: [Clause]

  /// Atoms of which no two are ever true together; the clause is true where one of them is.
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

  /// What a predicate says.
  enum Truth: UInt8, Sendable {
    case no = 0
    case yes = 1
    /// The predicate has no result; no input that the program accepts may lead here.
    case undefined = 2
  }

  var roots: [VariableID] {
    clauses.flatMap { $0.atoms.flatMap { [$0.key, $0.query].compactMap { $0 } } }
  }
}

/// What an aggregate reads at the selected positions and what it gives where none is selected.
struct AggregateForm: Sendable {
  enum Source: Sendable {
    /// The value of one variable (or none), through a table of codes to the aggregate's own values.
    case categorical(root: VariableID?, entries: [Int32])
    /// The mean of a number.
    case numerical(LinearForm)
  }

  var source: Source
  /// For a categorical aggregate a place in its values or ``Code/none``; unused otherwise.
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
