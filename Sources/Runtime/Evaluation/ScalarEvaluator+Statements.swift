import Diagnostics
import Parser
import Rendering

/// Running statements.
extension ScalarEvaluator {
  /// How a statement ended.
  enum Flow {
    case next
    case returned(Datum)
  }

  func executeAll(_ statements: [Statement], in environment: Environment) throws -> Flow {
    for statement in statements {
      if case .returned(let value) = try execute(statement, in: environment).flow { return .returned(value) }
    }
    return .next
  }

  /// Runs a statement.
  func execute(
    _ statement: Statement, in environment: Environment
  ) throws -> (flow: Flow, outcome: StatementOutcome) {
    try countStep(statement.range)
    switch statement.kind {
    case .expression(let expression):
      let value = try evaluate(expression, in: environment)
      if case .display(let display) = value { return (.next, .display(display)) }
      return (.next, .named([(resultName(expression), value)]))
    case .assignment(let names, let values):
      return (.next, .named(try assign(names, values, statement.range, in: environment)))
    case .function(let syntax):
      return (.next, .named([(syntax.name.text, try define(syntax, in: environment))]))
    case .forLoop(let names, let iterable, let body):
      return (try forLoop(names, iterable, body, in: environment), .nothing)
    case .whileLoop(let condition, let body):
      while try isTrue(condition, "while", in: environment) {
        try countStep(condition.range)
        if case .returned(let value) = try executeAll(body, in: environment) {
          return (.returned(value), .nothing)
        }
      }
      return (.next, .nothing)
    case .conditional(let branches, let otherwise):
      for branch in branches where try isTrue(branch.condition, "if", in: environment) {
        return (try executeAll(branch.body, in: environment), .nothing)
      }
      return (try executeAll(otherwise, in: environment), .nothing)
    case .returnValues(let expressions):
      let values = try expressions.map { try materialized(evaluate($0, in: environment), $0.range) }
      let value =
        values.count == 1 ? values[0] : .list(try located(statement.range) { try ListDatum(values) })
      return (.returned(value), .nothing)
    case .command(let command):
      if let sequences {
        try sequences.perform(command, at: statement.range, in: environment)
      } else if case .setExample(_, let value) = command {
        _ = try evaluate(value, in: environment)
      }
      return (.next, .nothing)
    case .draw, .load, .circuit:
      guard let sequences else {
        throw failure("a function applied to each value cannot load files or draw", at: statement.range)
      }
      return (.next, try sequences.execute(statement, in: environment))
    }
  }

  /// The name with which RASP 0.1 prints an expression's value.
  private func resultName(_ expression: Expression) -> String {
    switch expression.kind {
    case .name(let name): name
    case .parenthesized(let inner): resultName(inner)
    default: "out"
    }
  }

  private func isTrue(_ condition: Expression, _ word: String, in environment: Environment) throws -> Bool {
    switch try evaluate(condition, in: environment) {
    case .unknown: throw AlreadyReported()
    case .sop, .selector:
      throw failure(
        "the condition of '\(word)' has a value at each position, not a single one", at: condition.range,
        hint: "write 'a if condition else b', or map(f, x) to run a function on each value")
    case let datum: return datum.isTrue
    }
  }

  // MARK: Assignments

  private func assign(
    _ names: [Name], _ expressions: [Expression], _ range: SourceRange, in environment: Environment
  ) throws -> [(name: String, value: Datum)] {
    var values = try expressions.map { try materialized(evaluate($0, in: environment), $0.range) }
    if names.count == 1 {
      if values.count > 1 { values = [.list(try located(range) { try ListDatum(values) })] }
    } else {
      if values.count == 1 {
        if case .unknown = values[0] {
          values = Array(repeating: .unknown, count: names.count)
        } else {
          values = try unpack(values[0], expressions[0].range)
        }
      }
      guard values.count == names.count else {
        throw failure(
          "\(names.count) names, but \(counted(values.count, "value"))", at: range)
      }
    }
    for (name, value) in zip(names, values) {
      try located(name.range) { try environment.bind(name.text, to: value) }
      if value.isNode { sequences?.assigned(value, to: name) }
    }
    return zip(names, values).map { ($0.text, $1) }
  }

  /// The elements to bind to several names at once.
  private func unpack(_ value: Datum, _ range: SourceRange) throws -> [Datum] {
    guard let elements = value.elements else {
      throw failure("\(value.kindName) cannot be unpacked into several names", at: range)
    }
    return elements
  }

  // MARK: Loops

  private func forLoop(
    _ names: [Name], _ iterable: Expression, _ body: [Statement], in environment: Environment
  ) throws -> Flow {
    let collection = try evaluate(iterable, in: environment)
    if case .unknown = collection { throw AlreadyReported() }
    guard let elements = collection.elements else {
      throw failure(
        "a loop needs a list, a dictionary or a string, not \(collection.kindName)", at: iterable.range)
    }
    for element in elements {
      try bind(names, to: element, at: iterable.range, in: environment)
      if case .returned(let value) = try executeAll(body, in: environment) { return .returned(value) }
    }
    return .next
  }

  /// Binds the variable or variables of a loop.
  func bind(
    _ names: [Name], to element: Datum, at range: SourceRange, in environment: Environment
  ) throws {
    try countStep(range)
    if names.count == 1 {
      try located(names[0].range) { try environment.bind(names[0].text, to: element) }
      return
    }
    guard let parts = element.elements else {
      throw failure(
        "each element is \(element.kindName), which cannot be unpacked into several names", at: range)
    }
    guard parts.count == names.count else {
      throw failure("\(names.count) names, but an element has \(parts.count) values", at: range)
    }
    for (name, part) in zip(names, parts) {
      try located(name.range) { try environment.bind(name.text, to: part) }
    }
  }
}
