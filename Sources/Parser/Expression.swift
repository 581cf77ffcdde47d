import Diagnostics

/// An expression of the language, with the text it was read from.
package struct Expression: Sendable {
  package indirect enum Kind: Sendable {
    case literal(Literal)
    case name(String)
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// `then if condition else otherwise`
    case ternary(then: Expression, condition: Expression, otherwise: Expression)
    /// `element in container`
    case contains(element: Expression, container: Expression)
    case index(Expression, Expression)
    case call(Expression, [Expression])
    /// `select(keys, queries, ==)`
    case select(keys: Expression, queries: Expression, Comparison)
    /// `select(keys, queries, f)`: the predicate is a function of a key's and a query's value.
    case selectWhere(keys: Expression, queries: Expression, predicate: Expression)
    case aggregate(Expression, Expression, fallback: Expression?)
    case range([Expression])
    case zip([Expression])
    case length(Expression)
    case list([Expression])
    case dictionary([(key: Expression, value: Expression)])
    case listComprehension(Expression, names: [Name], iterable: Expression)
    case dictionaryComprehension(
      key: Expression, value: Expression, names: [Name], iterable: Expression)
    case parenthesized(Expression)
    /// Text that could not be parsed; it has been reported.
    case invalid
  }

  package let kind: Kind
  package let range: SourceRange
  /// Levels of nested expressions, this one included.
  package let depth: Int

  package init(_ kind: Kind, range: SourceRange, depth: Int = 1) {
    self.kind = kind
    self.range = range
    self.depth = depth
  }
}

/// A literal in the program.
package enum Literal: Sendable, Hashable {
  case integer(Int)
  case float(Double)
  case string(String)
}

/// A name where the program binds it, and its place.
package struct Name: Sendable, Hashable {
  package let text: String
  package let range: SourceRange

  package init(_ text: String, range: SourceRange) {
    self.text = text
    self.range = range
  }
}

package enum UnaryOperator: String, Sendable, Hashable {
  case not
  case minus = "-"
  case plus = "+"
  case round
  case indicator
}

package enum BinaryOperator: String, Sendable, Hashable {
  case power = "^"
  case multiply = "*"
  case divide = "/"
  case modulo = "%"
  case add = "+"
  case subtract = "-"
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
  case and
  case or

  /// The same operator as a comparison, if it is one.
  package var comparison: Comparison? { Comparison(rawValue: rawValue) }
}

/// How a selector compares a key with a query, and how two values are compared elementwise.
package enum Comparison: String, Sendable, Hashable, CaseIterable {
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
}
