import Runtime

/// What an elementwise expression computes from the variables it reads, at one position.
enum Expression: Sendable {
  case constant(Value)
  case variable(VariableID)
  case table(TableExpression)
  case linear(LinearForm)
  case steps(StepExpression)

  /// The variables it reads, each once.
  var roots: [VariableID] {
    switch self {
    case .constant: []
    case .variable(let id): [id]
    case .table(let table): table.roots
    case .linear(let form): form.roots
    case .steps(let steps): steps.form.roots
    }
  }
}

/// A function of categorical variables, as a table.
struct TableExpression: Sendable {
  var roots: [VariableID]
  /// How many codes each root has.
  var radices: [Int]
  /// The distinct results.
  var values: [Value]
  /// For every combination of the roots' codes, the last root fastest: a place in `values`, or a ``Code``.
  var entries: [Int32]
}

/// A weighted sum of variables and a constant; None where any variable is.
struct LinearForm: Sendable, Hashable {
  /// Numerical variables and their factors.
  var numbers: [VariableID: Double] = [:]
  /// Categorical variables, and what each of their values adds.
  var tables: [VariableID: [Double]] = [:]
  var constant = 0.0

  var roots: [VariableID] { (Array(numbers.keys) + Array(tables.keys)).sorted() }
}

/// A function of one number that is constant near each of the values the number can have.
struct StepExpression: Sendable {
  var form: LinearForm
  /// The values of the form, ascending.
  var points: [Double]
  /// The distinct results.
  var values: [Value]
  /// The result at each point: a place in `values`, or a ``Code``.
  var entries: [Int32]
  /// The result where the form has no value.
  var noneEntry: Int32
}
