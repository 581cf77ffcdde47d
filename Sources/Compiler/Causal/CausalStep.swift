/// How a causal model computes one variable. Places are offsets into the model's ``CausalTables``.
enum CausalStep: Sendable {
  case tokens
  case indices
  /// A function of codes.
  case table(CausalTable)
  /// A weighted sum.
  case sum(CausalSum)
  /// A sum times what a variable's code counts for, nan where there is no value.
  case scaled(CausalSum, gate: Int, factors: Int, noneCode: Int32)
  /// A step function of a sum, or one for each code of a variable.
  case steps(CausalSteps)
  /// The one value that is selected.
  case move(CausalSelection, CausalMove)
  /// The mean of what is selected; `fallback` where nothing is, nan being None.
  case mean(CausalSelection, CausalSum, fallback: Double)
  /// How many positions are selected, less the least that can be.
  case width(CausalSelection, least: Int)
}

/// A table over the codes of some variables.
struct CausalTable: Sendable {
  /// Of (variable, stride, code of None) triples.
  var roots: Int
  var rootCount: Int
  var entries: Int
  /// For a numerical variable, the numbers of the results.
  var numbers: Int?
}

/// A sum of numbers and of what codes count for.
struct CausalSum: Sendable {
  /// Of (variable, whether it is a number, place of its factor or of its codes' weights, code of None)
  /// quadruples. A weight that is nan says that the sum has no value.
  var terms: Int
  var termCount: Int
  var constant: Double
}

/// A function of a sum that is constant near each point.
struct CausalSteps: Sendable {
  var sum: CausalSum
  /// The variable whose code chooses the function, and the code of its None.
  var gate: (variable: Int, noneCode: Int32)?
  /// Of (points, how many, entries) triples, one for each function.
  var functions: Int
  /// Whether the result between two points with one result is that result.
  var isMonotone: Bool
  var noneEntry: Int32
  /// For a numerical variable, the numbers of the results.
  var numbers: Int?
}

/// The value of one variable through a table of its codes.
struct CausalMove: Sendable {
  /// -1 where the value is the same everywhere.
  var root: Int
  var entries: Int
  /// The code of the root's None.
  var noneCode: Int32
  var fallback: Int32
}

/// The clauses of a selector: places in ``CausalTables/clauses``.
struct CausalSelection: Sendable {
  var clauses: Range<Int>
}

/// One predicate of a selector.
struct CausalAtom: Sendable {
  /// Variables, -1 where a side is constant.
  var key: Int32
  var query: Int32
  var queryCodes: Int32
  /// The codes of None.
  var keyNone: Int32
  var queryNone: Int32
  /// Of the truth by [key code][query code].
  var truth: Int
}

/// All tables of a causal model, flat.
struct CausalTables: Sendable {
  var integers: [Int32] = []
  var doubles: [Double] = []
  var atoms: [CausalAtom] = []
  /// The atoms of each clause.
  var clauses: [Range<Int>] = []

  mutating func add(_ list: [Int32]) -> Int {
    integers += list
    return integers.count - list.count
  }

  mutating func add(_ list: [Double]) -> Int {
    doubles += list
    return doubles.count - list.count
  }
}
