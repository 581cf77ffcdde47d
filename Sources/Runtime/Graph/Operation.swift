import Parser

/// An elementwise function: what a map applies to the values at one position, or a selector's predicate on a
/// key and a query.
package struct Operation: Sendable {
  /// The name that someone who reads the program would use, such as `+` or `is_vowel`.
  package let name: String
  package let arity: Int
  /// What is known about the operation besides its values; nil for most.
  package let form: Form?
  /// Whether `None` among the arguments makes the result `None` without the function being called.
  package let passesNone: Bool
  private let body: Body

  /// A form for which a compiler may have something better than a table.
  package enum Form: Sendable, Hashable {
    /// A comparison of the first argument with the second.
    case comparison(Comparison)
    /// The sum of the arguments, each times its coefficient, plus a constant; all must be numbers.
    case linear([Double], constant: Double)
    /// The first argument times the second, or divided by it; both must be numbers.
    case product
    case quotient
    /// The first argument itself.
    case identity
  }

  /// Whether it is one of `<` `<=` `>` `>=`, whose result changes at most once as either argument grows.
  package var comparesOrder: Bool {
    switch form {
    case .comparison(.equal), .comparison(.notEqual): false
    case .comparison: true
    default: false
    }
  }

  private enum Body: Sendable {
    case unary(@Sendable (Value) throws -> Value)
    case binary(@Sendable (Value, Value) throws -> Value)
    case any(@Sendable ([Value]) throws -> Value)
  }

  package init(
    name: String, arity: Int, form: Form? = nil, passesNone: Bool = false,
    _ body: @escaping @Sendable ([Value]) throws -> Value
  ) {
    self.name = name
    self.arity = arity
    self.form = form
    self.passesNone = passesNone
    self.body = .any(body)
  }

  package init(
    unary name: String, form: Form? = nil, passesNone: Bool = true,
    _ body: @escaping @Sendable (Value) throws -> Value
  ) {
    self.name = name
    self.arity = 1
    self.form = form
    self.passesNone = passesNone
    self.body = .unary(body)
  }

  package init(
    binary name: String, form: Form? = nil, passesNone: Bool = true,
    _ body: @escaping @Sendable (Value, Value) throws -> Value
  ) {
    self.name = name
    self.arity = 2
    self.form = form
    self.passesNone = passesNone
    self.body = .binary(body)
  }

  /// The function's value; throws ``EvaluationError`` if it has none (a string minus a number).
  package func callAsFunction(_ arguments: [Value]) throws -> Value {
    if passesNone, arguments.contains(where: \.isNone) { return .none }
    switch body {
    case .unary(let body): return try body(arguments[0])
    case .binary(let body): return try body(arguments[0], arguments[1])
    case .any(let body): return try body(arguments)
    }
  }

  /// The value of an operation of one argument, without an array for it.
  package func callAsFunction(_ argument: Value) throws -> Value {
    guard case .unary(let body) = body else { return try self([argument]) }
    if passesNone, argument.isNone { return .none }
    return try body(argument)
  }

  /// The value of an operation of two arguments, without an array for them.
  package func callAsFunction(_ first: Value, _ second: Value) throws -> Value {
    guard case .binary(let body) = body else { return try self([first, second]) }
    if passesNone, first.isNone || second.isNone { return .none }
    return try body(first, second)
  }
}
