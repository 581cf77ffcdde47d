import Diagnostics
import Runtime

/// A variable of the circuit: an index into ``VariableGraph/variables``.
struct VariableID: Hashable, Sendable, Comparable {
  let index: Int
  init(_ index: Int) { self.index = index }
  static func < (a: VariableID, b: VariableID) -> Bool { a.index < b.index }
}

/// One s-op that the transformer computes and holds in its residual stream.
struct Variable: Sendable {
  indirect enum Kind: Sendable {
    case tokens
    case indices
    /// Computed by an MLP.
    case map(Expression)
    /// Computed by an attention head.
    case aggregate(SelectorForm, AggregateForm)
    /// Computed by an attention head and an MLP that reads its result.
    case width(SelectorForm)
  }

  let name: String
  var kind: Kind
  /// Its possible values, without None. For a numerical variable, numbers in ascending order, or nothing if
  /// there are too many to list.
  var values: [HeldValue]
  var encoding: Encoding
  /// Whether it can have no value; its code is then `values.count` in tables.
  var mayBeNone: Bool
  /// Whether None has its own residual direction; otherwise, None is the zero vector.
  var hasNoneDirection = false
  /// The first s-op that became this variable, for diagnostics and verification.
  var sop: SOpID?
  var range: SourceRange?

  /// The number of its codes in a table.
  var codes: Int { values.count + (mayBeNone ? 1 : 0) }
  var isCategorical: Bool { encoding == .categorical }
  var isWidth: Bool {
    if case .width = kind { true } else { false }
  }
}

/// The program as the compiler sees it: only variables, each after the ones that it reads.
struct VariableGraph: Sendable {
  var variables: [Variable] = []
  var output = VariableID(0)

  subscript(id: VariableID) -> Variable {
    get { variables[id.index] }
    set { variables[id.index] = newValue }
  }
}

/// Entries of tables that are not indices into a value set.
enum Code {
  /// No value.
  static let none: Int32 = -1
  /// The operation has no result, or the values never occur together: no input leads here.
  static let undefined: Int32 = -2
}
