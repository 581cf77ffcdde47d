import Lexer
import Runtime

/// A variable of the circuit: a place in ``VariableGraph/variables``.
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
    /// Computed by an attention head, whose result an MLP reads.
    case width(SelectorForm)
  }

  let name: String
  var kind: Kind
  /// What it can be, None left out. For a numerical variable the numbers in ascending order, or empty
  /// where they are too many to list.
  var values: [HeldValue]
  var encoding: Encoding
  /// Whether it can have no value; its code is then `values.count` in tables.
  var mayBeNone: Bool
  /// Whether None has a residual direction of its own; else None is the zero vector.
  var hasNoneDirection = false
  /// The first s-op that became this variable, for diagnostics and validation.
  var sop: SOpID?
  var range: SourceRange?

  /// Codes that a table over this variable has.
  var codes: Int { values.count + (mayBeNone ? 1 : 0) }
  var isCategorical: Bool { encoding == .categorical }
  var isWidth: Bool {
    if case .width = kind { true } else { false }
  }
}

/// The program as the compiler sees it: only variables, each after what it reads.
struct VariableGraph: Sendable {
  var variables: [Variable] = []
  var output = VariableID(0)

  subscript(id: VariableID) -> Variable {
    get { variables[id.index] }
    set { variables[id.index] = newValue }
  }
}

/// Entries of tables that are not places in a value set.
enum Code {
  /// No value.
  static let none: Int32 = -1
  /// The operation has no result, or the values never occur together: no input leads here.
  static let undefined: Int32 = -2
}
