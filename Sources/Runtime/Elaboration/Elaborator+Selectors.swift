import Diagnostics
import Parser

/// `select` and `aggregate`.
extension Elaborator {
  func sequence(_ expression: Expression, in environment: Environment) throws -> Datum {
    let range = expression.range
    func operand(_ syntax: Expression) throws -> Datum { try evaluator.operand(syntax, in: environment) }
    switch expression.kind {
    case .select(let keys, let queries, let comparison):
      let k = try operand(keys)
      return try select(k, operand(queries), comparison, at: range)
    case .selectWhere(let keys, let queries, let predicate):
      let k = try asSOp(operand(keys), at: keys.range, "the keys")
      let q = try asSOp(operand(queries), at: queries.range, "the queries")
      let (operation, _) = try evaluator.operation(operand(predicate), arity: 2, at: predicate.range)
      return .selector(try add(.select(keys: k, queries: q, operation), at: range))
    case .aggregate(let selector, let value, let fallback):
      let sel = try operand(selector)
      let values = try operand(value)
      return try aggregate(sel, values, fallback: fallback.map(operand), at: range)
    default: preconditionFailure("not an expression that makes an s-op or a selector")
    }
  }

  func select(
    _ keys: Datum, _ queries: Datum, _ comparison: Comparison, at range: SourceRange
  ) throws -> Datum {
    let k = try asSOp(keys, at: range, "each side of select")
    let q = try asSOp(queries, at: range, "each side of select")
    let (keyType, queryType) = (nodes.types[k.index], nodes.types[q.index])
    guard ValueTypes.result(of: BinaryOperator(comparison), keyType, queryType) != nil else {
      throw evaluator.failure(
        "'\(comparison.rawValue)' cannot compare keys that are \(keyType) with queries that are \(queryType)",
        at: range)
    }
    return .selector(
      try add(.select(keys: k, queries: q, Operation.comparison(comparison)), at: range))
  }

  func aggregate(
    _ selector: Datum, _ value: Datum, fallback: Datum?, name: String = "s-op", at range: SourceRange
  ) throws -> Datum {
    guard case .selector(let id) = selector else {
      throw evaluator.failure(
        "the first argument of aggregate must be a selector, not \(selector.kindName)", at: range)
    }
    let values = try asSOp(value, at: range, "the second argument of aggregate")
    var fallbackValue = Value.int(0)
    switch fallback {
    case nil: break
    case .value(let value)?: fallbackValue = value
    case let other?:
      throw evaluator.failure(
        "the default of aggregate must be a plain value, not \(other.kindName)", at: range)
    }
    var type = nodes.types[values.index].union(ValueTypes(fallbackValue))
    // The mean of several numbers is a float.
    if nodes.types[values.index].hasNumbers { type.insert(.float) }
    return .sop(try add(.aggregate(id, values, fallback: fallbackValue), type, name: name, at: range))
  }
}

extension BinaryOperator {
  fileprivate init(_ comparison: Comparison) { self = BinaryOperator(rawValue: comparison.rawValue)! }
}
