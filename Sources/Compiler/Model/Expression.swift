import Runtime

/// What an elementwise expression computes from the variables it reads, at one position.
enum Expression: Sendable {
  case constant(Value)
  case variable(VariableID)
  case table(TableExpression)
  case linear(LinearForm)
  case scaled(ScaledForm)
  case steps(StepExpression)

  /// The variables it reads, without repetition.
  var roots: [VariableID] {
    switch self {
    case .constant: []
    case .variable(let id): [id]
    case .table(let table): table.roots
    case .linear(let form): form.roots
    case .scaled(let scaled): scaled.roots
    case .steps(let steps): steps.roots
    }
  }
}

/// A function of categorical variables, as a table.
struct TableExpression: Sendable {
  var roots: [VariableID]
  /// The number of codes of each root.
  var radices: [Int]
  /// The distinct results.
  var values: [HeldValue]
  /// For every combination of the roots' codes, the last root fastest: an index into `values`, or a ``Code``.
  var entries: [Int32]
  /// A sum that alone determines the result, if the operations show one.
  var factor: Factor?
  /// Whether its units round inputs that are nearly 0 or 1 to exactly 0 or 1.
  var isSharp = false

  /// A sum of numbers that the roots' values stand for.
  struct Factor: Sendable {
    var form: LinearForm
    /// Whether the result is the sum itself.
    var isResult: Bool
  }
}

extension TableExpression {
  /// A categorical variable as a table over itself.
  init(_ id: VariableID, _ variable: Variable, isSharp: Bool = false) {
    let entries = variable.values.indices.map(Int32.init) + (variable.mayBeNone ? [Code.none] : [])
    self.init(
      roots: [id], radices: [variable.codes], values: variable.values, entries: entries, isSharp: isSharp)
  }

  /// The number for every entry, nil if an entry has none; nil if a result is not a finite number.
  var numbers: [Double?]? {
    var numbers: [Double?] = []
    for entry in entries {
      guard entry >= 0 else {
        numbers.append(nil)
        continue
      }
      guard let number = values[Int(entry)].finiteNumber else { return nil }
      numbers.append(number)
    }
    return numbers
  }
}

/// A weighted sum of variables and a constant; it has no value if any term has none.
struct LinearForm: Sendable, Hashable {
  /// Numerical variables and their factors.
  var numbers: [VariableID: Double] = [:]
  /// Categorical variables, and what each of their codes adds; nil if the sum then has no value.
  var tables: [VariableID: [Double?]] = [:]
  var constant = 0.0

  var roots: [VariableID] { (Array(numbers.keys) + Array(tables.keys)).sorted() }

  static func + (a: LinearForm, b: LinearForm) -> LinearForm {
    var result = a
    for (id, factor) in b.numbers { result.numbers[id, default: 0] += factor }
    for (id, weights) in b.tables {
      result.tables[id] =
        result.tables[id].map { old in
          zip(old, weights).map { a, b in a.flatMap { a in b.map { a + $0 } } }
        } ?? weights
    }
    result.constant += b.constant
    return result
  }

  static func * (factor: Double, form: LinearForm) -> LinearForm {
    LinearForm(
      numbers: form.numbers.mapValues { factor * $0 },
      tables: form.tables.mapValues { $0.map { $0.map { factor * $0 } } }, constant: factor * form.constant)
  }
}

/// A sum times the number that a categorical variable's value stands for.
struct ScaledForm: Sendable, Hashable {
  var form: LinearForm
  var gate: VariableID
  /// By code; nil if the product has no value.
  var factors: [Double?]

  var roots: [VariableID] { form.roots + (form.roots.contains(gate) ? [] : [gate]) }
}

/// A function of one number that is constant near each of its possible values, or one such function for each
/// code of a variable.
struct StepExpression: Sendable {
  /// The number.
  var form: LinearForm
  /// The categorical variable whose code decides which function applies.
  var gate: VariableID?
  /// The functions: one, or one for each code of the gate.
  var functions: [StepFunction]
  /// The distinct results.
  var values: [HeldValue]
  /// The result if the form has no value.
  var noneEntry: Int32
  /// Whether the result between two points with the same result is that result too, as for a comparison.
  var isMonotone = false

  var roots: [VariableID] { form.roots + (gate.map { form.roots.contains($0) ? [] : [$0] } ?? []) }

  var entries: [Int32] { functions.flatMap(\.entries) }
}

/// A step function, given by the points at which it is evaluated.
struct StepFunction: Sendable, Hashable {
  /// Ascending; empty if the function is constant.
  var points: [Double]
  /// The result at each point, or the only one: an index into the expression's values, or a ``Code``.
  var entries: [Int32]

  /// The largest distance of its points from zero, and the smallest between any two of them.
  var reach: Double {
    guard let first = points.first, let last = points.last else { return 1 }
    return max(abs(first), abs(last)) + (last - first) + 1
  }

  /// How often the result changes from point to point.
  var changes: Int { zip(entries, entries.dropFirst()).count { $0 != $1 } }
}
