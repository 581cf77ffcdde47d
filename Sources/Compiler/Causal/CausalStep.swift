/// How a causal model computes one variable. Places are offsets into the model's ``CausalTables``.
enum CausalStep: Sendable {
  /// The input's tokens, which are given.
  case tokens
  case indices
  /// A function of codes.
  case table(CausalTable)
  case sum(CausalSum)
  /// A sum times what a variable's code counts for, nan where there is no value.
  case scaled(CausalSum, by: CausalCode, factors: Int)
  /// A step function of a sum, or one for each code of a variable.
  case steps(CausalSteps)
  /// The one value that is selected.
  case move(CausalSelection, CausalMove)
  /// The mean of what is selected; `fallback` where nothing is, nan being None.
  case mean(CausalSelection, CausalSum, fallback: Double)
  /// How many positions are selected, less the least that can be.
  case width(CausalSelection, least: Int)
}

/// The code of a categorical variable at a position: its value's place in the domain, and for None one behind the last.
struct CausalCode: Sendable {
  var variable: Int32
  /// -1 where the variable is never None.
  var noneCode: Int32
}

/// What is read to decide something: a code, or 0 where it is the same everywhere.
enum CausalInput: Sendable {
  case constant
  case code(CausalCode)
}

/// What the entries of a table or step function are.
enum CausalResult: Sendable {
  /// Codes of the variable that is computed.
  case codes
  /// Places in a list of numbers, which begins here.
  case numbers(Int)
}

/// A table over the codes of some variables.
struct CausalTable: Sendable {
  /// In ``CausalTables/roots``.
  var roots: Range<Int>
  /// Of the entry where all codes are 0.
  var entries: Int
  var result: CausalResult
}

/// One variable of a table.
struct CausalRoot: Sendable {
  var code: CausalCode
  /// Entries from one code to the next.
  var stride: Int
}

/// A weighted sum.
struct CausalSum: Sendable {
  /// In ``CausalTables/terms``.
  var terms: Range<Int>
  var constant: Double
}

/// One term of a sum.
enum CausalTerm: Sendable {
  /// A numerical variable times a factor.
  case number(variable: Int, factor: Double)
  /// What a code counts for; a weight that is nan says that the sum has no value.
  case weight(CausalCode, weights: Int)
}

/// A function of a sum that is constant near each point.
struct CausalSteps: Sendable {
  var sum: CausalSum
  /// In ``CausalTables/functions``.
  var functions: Int
  /// The variable whose code chooses the function; nil where there is one function.
  var gate: CausalCode?
  /// Whether the result between two points with one result is that result.
  var isMonotone: Bool
  var noneEntry: Int32
  var result: CausalResult
}

/// The points of a step function, in order, and the entry of each; one entry where there is no point.
struct CausalFunction: Sendable {
  var points: Range<Int>
  var entries: Int
}

/// The value of one variable through a table of its codes.
struct CausalMove: Sendable {
  var root: CausalInput
  var entries: Int
  var fallback: Int32
}

/// Which positions are selected.
enum CausalSelection: Sendable {
  /// Those of one predicate, a place in ``CausalTables/atoms``; most selectors are no more than that.
  case atom(Int)
  /// Those of every clause, of which each is any of some predicates: places in ``CausalTables/clauses``.
  case clauses(Range<Int>)
}

/// One predicate of a selector.
struct CausalAtom: Sendable {
  var key: CausalInput
  var query: CausalInput
  var queryCodes: Int32
  /// Of the truth by [key code][query code].
  var truth: Int
}
