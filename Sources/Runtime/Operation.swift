/// An elementwise function: what a map applies to the values at one position, and what a selector
/// asks of a key and a query.
public struct Operation: Sendable {
  /// As a reader of a program would write it, such as `+` or `is_vowel`.
  public let name: String
  public let arity: Int
  private let body: @Sendable ([Value]) throws -> Value

  public init(name: String, arity: Int, _ body: @escaping @Sendable ([Value]) throws -> Value) {
    self.name = name
    self.arity = arity
    self.body = body
  }

  /// The function's value; throws ``EvaluationError`` where it has none (a string minus a number).
  public func callAsFunction(_ arguments: [Value]) throws -> Value {
    try body(arguments)
  }
}

/// An operation that has no value for its arguments.
public struct EvaluationError: Error, Sendable {
  public let message: String
  public init(_ message: String) { self.message = message }
}
