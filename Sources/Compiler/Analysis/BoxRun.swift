import Runtime

/// The possible values of the s-ops of a graph on the inputs of a box: a superset of those that occur, and
/// often exactly those.
struct BoxRun: Sendable {
  let length: Int
  /// [node][position]
  var sets: [[ValueSet]]
  /// By node: whether it is the same at all positions of any single input.
  var isUniform: [Bool]
  /// By node: what aggregates and widths select, over all positions.
  var selections: [SelectionFacts]
  /// Where the program may have no value.
  var failures: [PossibleFailure] = []

  init(length: Int, nodes: Int) {
    self.length = length
    sets = Array(repeating: [], count: nodes)
    isUniform = Array(repeating: false, count: nodes)
    selections = Array(repeating: SelectionFacts(), count: nodes)
  }
}

/// What is known about the selections of one aggregate.
struct SelectionFacts: Hashable, Sendable {
  /// Whether a query may select nothing.
  var mayBeEmpty = false
  /// Whether a query may select more than one position.
  var maySelectSeveral = false
  /// Whether a query may select positions that hold different values.
  var mayMix = false
  /// What the aggregate makes of single values: pairs of the ids of a value and the result. A value that is
  /// selected once stays as it is; selected several times, it becomes a float.
  var moves: Set<Move> = []

  struct Move: Hashable, Sendable {
    let value: Int32
    let result: Int32
  }

  mutating func formUnion(_ other: SelectionFacts) {
    mayBeEmpty = mayBeEmpty || other.mayBeEmpty
    maySelectSeveral = maySelectSeveral || other.maySelectSeveral
    mayMix = mayMix || other.mayMix
    moves.formUnion(other.moves)
  }
}

/// A place where the program may have no value, as far as the analysis can tell.
struct PossibleFailure: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// An elementwise operation has no result.
    case operation
    /// The predicate of a `select` has no result.
    case predicate(SelectorID)
    /// Several values are selected that have no mean.
    case mean
    /// A promise that one position is selected may be broken.
    case promise
  }

  let node: Int
  let kind: Kind
}
